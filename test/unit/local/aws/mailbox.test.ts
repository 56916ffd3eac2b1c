import { PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import { ensureAlertTopic, readMailbox } from '../../../../local/aws/mailbox.ts';
import { localQueues } from './local-queues.ts';

describe('the local alert topic', () => {
  it('keeps mails in order and gives each once', async () => {
    await using local = await localQueues();
    const topicArn = await ensureAlertTopic(local.sns, local.sqs);
    const before = Date.now();
    for (let index = 0; index < 23; index += 1) {
      await local.sns.send(
        new PublishCommand({ TopicArn: topicArn, Subject: `mail ${index}`, Message: `Größe ${index} 🚢\nline 2` }),
      );
    }
    const mails = await readMailbox(local.sqs);
    expect(mails).toHaveLength(23);
    expect(mails.map(({ subject }) => subject)).toEqual(Array.from({ length: 23 }, (_, index) => `mail ${index}`));
    expect(mails[7]).toMatchObject({ body: 'Größe 7 🚢\nline 2' });
    expect(mails[0]!.sentAt.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(await readMailbox(local.sqs)).toEqual([]);
  });

  it('takes over the name of the configured topic and is made once', async () => {
    await using local = await localQueues();
    const configured = 'arn:aws:sns:eu-central-1:123456789012:data-alerts';
    const topicArn = await ensureAlertTopic(local.sns, local.sqs, configured);
    expect(topicArn).toBe('arn:aws:sns:us-east-1:000000000000:data-alerts');
    expect(await ensureAlertTopic(local.sns, local.sqs, configured)).toBe(topicArn);
    await local.sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'no subject' }));
    expect(await readMailbox(local.sqs)).toMatchObject([{ subject: '', body: 'no subject' }]);
  });

  it('is empty where no topic was made', async () => {
    await using local = await localQueues();
    expect(await readMailbox(local.sqs)).toEqual([]);
  });
});
