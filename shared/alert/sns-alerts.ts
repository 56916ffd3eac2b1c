import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { QueueError } from '../core/errors.ts';
import type { AlertMessage, Alerts } from './alerts.ts';

/** Publishes to an SNS topic, whose email subscriptions reach the on-call team. */
export class SnsAlerts implements Alerts {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(message: AlertMessage): Promise<void> {
    try {
      await this.#client.send(
        new PublishCommand({ TopicArn: this.#topicArn, Subject: message.subject, Message: sendable(message.body) }),
      );
    } catch (thrown) {
      const failure = awsFailure(thrown);
      const kind = awsFailureKind(failure);
      throw new QueueError(
        'ALERT_NOT_SENT',
        `The alert "${message.subject}" was not sent: ${failure.name || 'no answer'} (${failure.message}).`,
        { cause: thrown, retry: kind === 'denied' || kind === 'missing' ? 'permanent' : 'transient' },
      );
    }
  }
}

/** Half a surrogate pair makes the SDK throw, and control characters have no place in a mail. */
function sendable(text: string): string {
  return text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}/gu, '?');
}
