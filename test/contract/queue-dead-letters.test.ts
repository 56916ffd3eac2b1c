import { DeleteMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMessage } from '../../shared/core/message.ts';
import type { DeadLetter, DeadLetterReason } from '../../shared/queue/queue.ts';
import { SqsDeadLetterQueue } from '../../shared/queue/sqs-dead-letter-queue.ts';
import { eventually } from '../support/eventually.ts';
import { depth, receive } from '../unit/local/aws/local-queues.ts';
import { message, type QueueRig, startQueueRig } from '../unit/queue/queue-rig.ts';

let rig: QueueRig;
beforeEach(async () => {
  rig = await startQueueRig();
});
afterEach(async () => {
  await rig.close();
});

const HIDE_SECONDS = 600;
/** What SQS takes in an attribute: https://www.w3.org/TR/REC-xml/#charsets */
const ALLOWED = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]+$/u;

function reason(given: Partial<DeadLetterReason> = {}): DeadLetterReason {
  return {
    errorCode: 'TABLE_NOT_FOUND',
    errorMessage: 'no such table',
    attempts: 3,
    message: message('orders'),
    ...given,
  };
}

async function only(): Promise<DeadLetter> {
  const letters = await rig.deadLetters.receive(HIDE_SECONDS);
  expect(letters).toHaveLength(1);
  return letters[0]!;
}

async function messageAfterRoundTrip(errorMessage: string): Promise<string | undefined> {
  await rig.queue.deadLetter('body', reason({ errorMessage }));
  const letter = await only();
  await rig.deadLetters.delete([letter]);
  return letter.errorMessage;
}

describe('a dead letter', () => {
  it('carries its body and why it is there', async () => {
    const before = Date.now();
    const body = formatMessage(message('größe "🚢"'));
    await rig.queue.deadLetter(body, reason({ message: message('größe "🚢"') }));
    const [raw] = await receive(rig.local.sqs, rig.urls.deadLetterQueueUrl);
    const attributes = Object.entries(raw!.MessageAttributes ?? {}).map(([name, value]) => [name, value.StringValue]);
    expect(raw!.Body).toBe(body);
    expect(Object.fromEntries(attributes)).toEqual({
      error_code: 'TABLE_NOT_FOUND',
      error_message: 'no such table',
      run_id: '20261122T030000Z',
      source: 'shop',
      table: 'größe "🚢"',
      attempts: '3',
    });
    await rig.deadLetters.release([{ receiptHandle: raw!.ReceiptHandle! } as DeadLetter]);
    const letter = await only();
    expect(letter).toEqual({
      messageId: raw!.MessageId,
      receiptHandle: expect.stringMatching(/./),
      body,
      errorCode: 'TABLE_NOT_FOUND',
      errorMessage: 'no such table',
      attempts: 3,
      sentAtMs: expect.any(Number),
    });
    expect(letter.sentAtMs).toBeGreaterThanOrEqual(before - 1_000);
    expect(letter.sentAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('of a message that could not be read has no run and no table', async () => {
    await rig.queue.deadLetter('{"not":"ours"}', reason({ errorCode: 'MESSAGE_NOT_OURS', message: undefined }));
    const [raw] = await receive(rig.local.sqs, rig.urls.deadLetterQueueUrl);
    expect(Object.keys(raw!.MessageAttributes ?? {}).sort()).toEqual(['attempts', 'error_code', 'error_message']);
    expect(raw!.Body).toBe('{"not":"ours"}');
  });

  it('leaves out what is empty, as SQS takes no empty attribute', async () => {
    await rig.queue.deadLetter('body', reason({ errorMessage: '' }));
    expect(await only()).toMatchObject({ errorCode: 'TABLE_NOT_FOUND', errorMessage: undefined });
  });

  it.each([
    ['null\u0000 bell\u0007 escape\u001B[31m', 'null? bell? escape?[31m'],
    ['tab\t line\n return\r', 'tab\t line\n return\r'],
    ['lone \uD800 and \uDFFF', 'lone \uFFFD and \uFFFD'],
    ['not characters \uFFFE \uFFFF', 'not characters ? ?'],
    ['ship 🚢', 'ship 🚢'],
    ['x'.repeat(1_000), 'x'.repeat(1_000)],
    ['x'.repeat(5_000), 'x'.repeat(1_000)],
    [`${'x'.repeat(999)}🚢 after`, `${'x'.repeat(999)}\uFFFD`],
  ])('takes %j as far as SQS does', async (errorMessage, carried) => {
    expect(await messageAfterRoundTrip(errorMessage)).toBe(carried);
  });

  it('can be sent whatever the error says', async () => {
    const codeUnits = fc.array(fc.nat({ max: 0xffff }));
    const text = codeUnits.map((units) => String.fromCharCode(...units));
    await fc.assert(
      fc.asyncProperty(text, async (errorMessage) => {
        const carried = await messageAfterRoundTrip(errorMessage);
        if (carried === undefined) expect(errorMessage).toBe('');
        else expect(carried).toMatch(ALLOWED);
      }),
      { numRuns: 30 },
    );
  });

  it('that cannot be sent is a QueueError', async () => {
    await rig.local.service.close();
    await expect(rig.queue.deadLetter('body', reason())).rejects.toMatchObject({
      name: 'QueueError',
      code: 'QUEUE_UNAVAILABLE',
      retry: 'transient',
      message: expect.stringContaining('Sending a dead letter failed: '),
    });
  });
});

describe('the dead-letter queue', () => {
  it('is empty when it is empty', async () => {
    expect(await rig.deadLetters.receive(HIDE_SECONDS)).toEqual([]);
  });

  it('hides the letters that it shows, shows released ones at once, and forgets deleted ones', async () => {
    for (const body of ['a', 'b', 'c']) await rig.queue.deadLetter(body, reason());
    const letters = await rig.deadLetters.receive(HIDE_SECONDS);
    expect(letters.map(({ body }) => body).sort()).toEqual(['a', 'b', 'c']);
    expect(await rig.deadLetters.receive(HIDE_SECONDS)).toEqual([]);
    const letterOf = (wanted: string) => letters.find(({ body }) => body === wanted)!;
    await rig.deadLetters.release([letterOf('a')]);
    await rig.deadLetters.delete([letterOf('b')]);
    expect((await only()).body).toBe('a');
    expect(await depth(rig.local.sqs, rig.urls.deadLetterQueueUrl)).toEqual({ waiting: 0, inFlight: 2 });
  });

  it('gives at most ten at once', async () => {
    for (let index = 0; index < 12; index += 1) await rig.queue.deadLetter(`${index}`, reason());
    expect(await rig.deadLetters.receive(HIDE_SECONDS)).toHaveLength(10);
    expect(await rig.deadLetters.receive(HIDE_SECONDS)).toHaveLength(2);
  });

  it('releases and deletes any number at once, and nothing for none', async () => {
    for (let index = 0; index < 23; index += 1) await rig.queue.deadLetter(`${index}`, reason());
    const letters: DeadLetter[] = [];
    while (letters.length < 23) letters.push(...(await rig.deadLetters.receive(HIDE_SECONDS)));
    await rig.deadLetters.release([]);
    await rig.deadLetters.delete([]);
    await rig.deadLetters.delete(letters.slice(0, 11));
    await rig.deadLetters.release(letters.slice(11));
    expect(await depth(rig.local.sqs, rig.urls.deadLetterQueueUrl)).toEqual({ waiting: 12, inFlight: 0 });
  });

  it('hides letters anew for as long as it is told, and passes over one that is gone', async () => {
    for (const body of ['a', 'b']) await rig.queue.deadLetter(body, reason());
    const letters = await rig.deadLetters.receive(HIDE_SECONDS);
    await rig.deadLetters.delete(letters.slice(0, 1));
    const hiddenAtMs = performance.now();
    await rig.deadLetters.hide(letters, 2);
    let found: readonly DeadLetter[] = [];
    await eventually(async () => {
      found = await rig.deadLetters.receive(HIDE_SECONDS);
      return found.length > 0;
    });
    expect(performance.now() - hiddenAtMs).toBeGreaterThan(1_900);
    expect(found.map(({ body }) => body)).toEqual([letters[1]!.body]);
  });

  it('that deletes only some says so', async () => {
    for (const body of ['a', 'b']) await rig.queue.deadLetter(body, reason());
    const letters = await rig.deadLetters.receive(HIDE_SECONDS);
    rig.local.sqs.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        const failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
        if (context.commandName === DeleteMessageBatchCommand.name) Object.assign(answer.output, { Failed: failed });
        return answer;
      },
      { step: 'initialize' },
    );
    await expect(rig.deadLetters.delete(letters)).rejects.toMatchObject({
      name: 'QueueError',
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringContaining('SQS did not delete 1 dead letters (InternalError'),
    });
  });

  it("reads letters that SQS's own redrive put there, which carry no reason", async () => {
    const QueueUrl = rig.urls.deadLetterQueueUrl;
    await rig.local.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'plain' }));
    expect(await only()).toMatchObject({
      body: 'plain',
      errorCode: undefined,
      errorMessage: undefined,
      attempts: undefined,
    });
    const odd = { attempts: { DataType: 'String', StringValue: 'many' } };
    await rig.local.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'odd', MessageAttributes: odd }));
    expect(await only()).toMatchObject({ body: 'odd', attempts: undefined });
  });

  it('that is gone is a permanent QueueError', async () => {
    const gone = new SqsDeadLetterQueue(rig.local.sqs, `${rig.urls.deadLetterQueueUrl}-gone`);
    const letter = { receiptHandle: 'h' } as DeadLetter;
    const expected = { name: 'QueueError', code: 'QUEUE_NOT_FOUND', retry: 'permanent' };
    await expect(gone.receive(HIDE_SECONDS)).rejects.toMatchObject(expected);
    await expect(gone.release([letter])).rejects.toMatchObject(expected);
    await expect(gone.delete([letter])).rejects.toMatchObject(expected);
  });
});
