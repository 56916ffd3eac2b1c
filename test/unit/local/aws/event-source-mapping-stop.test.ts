import { describe, expect, it } from '@jest/globals';
import { depth, receive, until } from './local-queues.ts';
import { aroundEachTest, gone, local, map, only, queues, send } from './mapping-fixture.ts';

aroundEachTest();

describe('stopping the mapping', () => {
  it('takes at most the wait of one poll when nothing runs', async () => {
    let receives = 0;
    local.sqs.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'ReceiveMessageCommand') receives += 1;
          return await next(args);
        },
      { step: 'initialize' },
    );
    const mapping = map(async () => {}, { maximumConcurrency: 1 });
    await until(() => receives > 0);
    const begun = receives;
    await mapping.stop();
    await mapping.stop();
    expect(receives).toBe(begun);
  });

  it('waits for the running invocation and deletes its message', async () => {
    let started = false;
    let ended = false;
    const mapping = map(async () => {
      started = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      ended = true;
    });
    await send('work');
    await until(() => started);
    await mapping.stop();
    expect(ended).toBe(true);
    expect(await depth(local.sqs, queues.queueUrl)).toEqual(gone);
  });

  it('gives a message back that arrives after the stop began', async () => {
    const seen: string[] = [];
    const mapping = map(async (event) => void seen.push(only(event).body), { maximumConcurrency: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = mapping.stop();
    await send('too late');
    await stopped;
    expect(seen).toEqual([]);
    expect(await receive(local.sqs, queues.queueUrl)).toMatchObject([{ Body: 'too late' }]);
  });

  it('asks functions to end when the drain time is over, and abandons those that do not', async () => {
    const outcomes: string[] = [];
    let running = 0;
    const mapping = map(
      (event, _context, { signal }) => {
        running += 1;
        if (only(event).body === 'deaf') return new Promise<void>(() => {});
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
      { drainTimeoutMs: 100, onInvocation: ({ kind }) => outcomes.push(kind) },
    );
    await send('deaf');
    await send('polite');
    await until(() => running === 2);
    await mapping.stop();
    expect(outcomes).toEqual(['threw', 'abandoned']);
    expect(await depth(local.sqs, queues.queueUrl)).toEqual({ waiting: 0, inFlight: 2 });
  });

  it('does not wait for the drain time when hurried', async () => {
    let started = false;
    const mapping = map(
      (_event, _context, { signal }) => {
        started = true;
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ batchItemFailures: [{ itemIdentifier: 'x' }] }));
        });
      },
      // Longer than a test may take.
      { drainTimeoutMs: 600_000 },
    );
    await send('long');
    await until(() => started);
    const hurry = new AbortController();
    const stopped = mapping.stop(hurry.signal);
    hurry.abort();
    await stopped;
  });
});

describe('a queue that cannot be polled', () => {
  it('is reported with growing pauses instead of a busy loop', async () => {
    const errors: Error[] = [];
    const atMs: number[] = [];
    const mapping = map(async () => {}, {
      queueUrl: `${queues.queueUrl}-gone`,
      maximumConcurrency: 1,
      onPollingError: (error) => {
        errors.push(error);
        atMs.push(performance.now());
      },
    });
    await until(() => errors.length >= 4);
    // A pause is at least half of 200 ms, and doubles with each failure.
    for (const [times, leastMs] of [95, 195, 395].entries()) {
      expect(atMs[times + 1]! - atMs[times]!).toBeGreaterThanOrEqual(leastMs);
    }
    expect(errors[0]).toMatchObject({ code: 'QueueDoesNotExist' });
    await mapping.stop();
  });
});
