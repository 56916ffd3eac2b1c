import { describe, expect, it } from '@jest/globals';
import { invoke, type SqsFunction } from '../../../../local/aws/invocation.ts';
import { lambdaContext } from '../../../../local/aws/lambda-event.ts';

const never = new AbortController().signal;

function run(
  handler: SqsFunction,
  timeoutMs = 1_000,
  abandonSignal: AbortSignal = never,
  stopSignal: AbortSignal = never,
) {
  const context = lambdaContext({ functionName: 'f', queueArn: 'arn:aws:sqs:r:1:q', timeoutMs });
  return invoke(handler, { event: { Records: [] }, context, timeoutMs, stopSignal, abandonSignal });
}

describe('invoke', () => {
  it.each([
    [undefined, 'succeeded'],
    [null, 'succeeded'],
    ['text', 'succeeded'],
    [{}, 'succeeded'],
    [{ batchItemFailures: null }, 'succeeded'],
    [{ batchItemFailures: [] }, 'succeeded'],
    [{ batchItemFailures: [{ itemIdentifier: 'id' }] }, 'reported-failed'],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }, 'reported-failed'],
    [{ batchItemFailures: [null] }, 'reported-failed'],
    [{ batchItemFailures: 'all' }, 'reported-failed'],
  ])('reads the answer %j as %s', async (answer, kind) => {
    expect(await run(async () => answer as never)).toEqual({ kind });
  });

  it('reports what the function threw, at once or later', async () => {
    const error = new Error('boom');
    expect(await run(() => Promise.reject(error))).toEqual({ kind: 'threw', error });
    expect(
      await run(() => {
        throw error;
      }),
    ).toEqual({ kind: 'threw', error });
  });

  it('gives up a function that runs too long and aborts its signal', async () => {
    let reason: unknown;
    const outcome = await run(
      (_event, _context, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
          });
        }),
      30,
    );
    expect(outcome).toEqual({ kind: 'timed-out' });
    expect(reason).toMatchObject({ name: 'TimeoutError', message: 'The function ran longer than 30 ms.' });
  });

  it('counts a time-out also when the function answers to its signal in time', async () => {
    const outcome = await run(
      (_event, _context, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve());
        }),
      30,
    );
    expect(outcome).toEqual({ kind: 'timed-out' });
  });

  it('takes what the function makes of a stop as its outcome', async () => {
    const stop = new AbortController();
    const outcome = run(
      (_event, _context, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ batchItemFailures: [{ itemIdentifier: 'x' }] }));
        }),
      5_000,
      never,
      stop.signal,
    );
    stop.abort();
    expect(await outcome).toEqual({ kind: 'reported-failed' });
  });

  it('abandons a function that does not end', async () => {
    const abandon = new AbortController();
    const outcome = run(() => new Promise(() => {}), 5_000, abandon.signal);
    abandon.abort();
    expect(await outcome).toEqual({ kind: 'abandoned' });
    expect(await run(() => new Promise(() => {}), 5_000, AbortSignal.abort())).toEqual({ kind: 'abandoned' });
  });
});
