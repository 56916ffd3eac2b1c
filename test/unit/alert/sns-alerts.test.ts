import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureAlertTopic, readMailbox } from '../../../local/aws/mailbox.ts';
import { silentAlerts } from '../../../shared/alert/alerts.ts';
import { SnsAlerts } from '../../../shared/alert/sns-alerts.ts';
import { type LocalQueues, localQueues } from '../local/aws/local-queues.ts';

let local: LocalQueues;
let topicArn: string;
beforeEach(async () => {
  local = await localQueues();
  topicArn = await ensureAlertTopic(local.sns, local.sqs);
});
afterEach(async () => {
  await local[Symbol.asyncDispose]();
});

describe('SnsAlerts', () => {
  it('publishes subject and body', async () => {
    await new SnsAlerts(local.sns, topicArn).publish({ subject: 'A subject', body: 'größe 注文\nsecond line\n' });
    expect(await readMailbox(local.sqs)).toMatchObject([{ subject: 'A subject', body: 'größe 注文\nsecond line\n' }]);
  });

  it('replaces what cannot be sent, for an email with a gap is better than none', async () => {
    const body = 'lone \uD800 half, null\u0000, escape\u001B[31m, tab\t\n';
    await new SnsAlerts(local.sns, topicArn).publish({ subject: 'odd', body });
    expect(await readMailbox(local.sqs)).toMatchObject([
      { subject: 'odd', body: 'lone \uFFFD half, null?, escape?[31m, tab\t\n' },
    ]);
  });

  it('says permanently when the topic is gone', async () => {
    const gone = new SnsAlerts(local.sns, `${topicArn}-gone`);
    await expect(gone.publish({ subject: 'Lost', body: 'b' })).rejects.toMatchObject({
      name: 'QueueError',
      code: 'ALERT_NOT_SENT',
      retry: 'permanent',
      message: expect.stringMatching(/^The alert "Lost" was not sent: NotFound/),
    });
  });

  it('says for now when SNS is down', async () => {
    await local.service.close();
    await expect(new SnsAlerts(local.sns, topicArn).publish({ subject: 'Lost', body: 'b' })).rejects.toMatchObject({
      name: 'QueueError',
      code: 'ALERT_NOT_SENT',
      retry: 'transient',
      message: expect.stringContaining('The alert "Lost" was not sent: no answer ('),
    });
  });
});

describe('silentAlerts', () => {
  it('tells nobody', async () => {
    await silentAlerts.publish({ subject: 's', body: 'b' });
    expect(await readMailbox(local.sqs)).toEqual([]);
  });
});
