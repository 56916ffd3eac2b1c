import { SNSClient } from '@aws-sdk/client-sns';
import type { Calls } from '../world/calls.ts';
import type { Life } from '../world/life.ts';
import { answeringClient, operationOf, refusing, requestAborted, serviceError } from './service-error.ts';

export interface SentMail {
  readonly subject: string;
  readonly body: string;
}

/** The topic of the on-call team and what reached it. */
export class SimSns {
  readonly mails: SentMail[] = [];
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  client(life: Life): SNSClient {
    return answeringClient(SNSClient, (command, options) => {
      const { Subject: subject = '', Message: body = '' } = command.input as { Subject?: string; Message?: string };
      return this.#calls.make<unknown>(life, {
        site: { service: 'sns', operation: operationOf(command), key: `"${subject}"` },
        effect: () => {
          this.mails.push({ subject, body });
          return { MessageId: String(this.mails.length) };
        },
        bend: (fault) => (fault === 'sns-down' ? refusing(unavailable()) : {}),
        signal: options?.abortSignal,
        interrupted: requestAborted,
      });
    });
  }
}

function unavailable(): Error {
  return serviceError('ServiceUnavailable', 503, 'The request failed.');
}
