import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/config/limits.ts';
import { ConfigError, DeadlineError } from '../../../shared/core/errors.ts';
import type { Deadline } from '../../../shared/flow/deadline.ts';
import { sqsHandler } from '../../../shared/lambda/sqs-handler.ts';
import { contextOf, notedLogger, sqsEventOf } from './lambda-rig.ts';

const settings = z.object({ NAME: z.string() });
type Settings = z.infer<typeof settings>;
type Handle = (record: SQSRecord, services: { name: string }, deadline: Deadline) => Promise<void>;

function handlerOf(
  handle: Handle,
  build = async ({ NAME: name }: Settings) => ({ name }),
  environment = { NAME: 'x' },
) {
  const log = notedLogger();
  return { log, handler: sqsHandler({ settings, build, handle }, { environment, logger: log.logger }) };
}

describe('a handler of SQS records', () => {
  it('names the records that failed and no others', async () => {
    const { handler } = handlerOf(async ({ body }) => {
      if (body === 'bad') throw new Error('no');
    });
    const answer = await handler(sqsEventOf(['good', 'bad', 'good', 'bad']), contextOf(900_000));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  });

  it('declares the two parameters that Lambda gives, as its runtime refuses one more for a callback', () => {
    expect(handlerOf(async () => undefined).handler).toHaveLength(2);
  });

  it('works on records side by side and builds its services once', async () => {
    let builds = 0;
    let together = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const build = async () => ({ name: `build ${++builds}` });
    const { handler } = handlerOf(async (_, { name }) => {
      expect(name).toBe('build 1');
      together += 1;
      if (together === 2) resolve();
      await promise;
    }, build);
    expect(await handler(sqsEventOf(['a', 'b']), contextOf(900_000))).toEqual({ batchItemFailures: [] });
    expect(await handler(sqsEventOf(['c']), contextOf(900_000))).toEqual({ batchItemFailures: [] });
    expect([builds, together]).toEqual([1, 3]);
  });

  it('that cannot start says why, leaves every record in the queue and starts anew at the next call', async () => {
    let builds = 0;
    const handled: string[] = [];
    const build = async () => {
      builds += 1;
      if (builds === 1) throw new ConfigError('CONFIG_INVALID', 'The file is wrong.', { remedy: 'Correct it.' });
      return { name: 'x' };
    };
    const { handler, log } = handlerOf(async ({ body }) => void handled.push(body), build);
    const failures = { batchItemFailures: ['m0', 'm1'].map((itemIdentifier) => ({ itemIdentifier })) };
    expect(await handler(sqsEventOf(['a', 'b']), contextOf(900_000))).toEqual(failures);
    expect(handled).toEqual([]);
    expect(log.lines()).toMatchObject([
      {
        level: 'ERROR',
        message: 'Cold start failed',
        error_code: 'CONFIG_INVALID',
        error_message: 'The file is wrong.',
        remedy: 'Correct it.',
      },
    ]);
    expect(await handler(sqsEventOf(['a', 'b']), contextOf(900_000))).toEqual({ batchItemFailures: [] });
    expect([handled, builds]).toEqual([['a', 'b'], 2]);
  });

  it('that lacks a setting says which', async () => {
    const { handler, log } = handlerOf(async () => undefined, undefined, {} as { NAME: string });
    expect((await handler(sqsEventOf(['a']), contextOf(900_000))).batchItemFailures).toHaveLength(1);
    expect(log.lines()[0]).toMatchObject({
      error_code: 'SETTINGS_INVALID',
      error_message: expect.stringContaining('NAME: '),
    });
  });

  it('passes on an interruption from outside', async () => {
    const controller = new AbortController();
    const { handler } = handlerOf(async (_, __, { wrapUp, signal }) => {
      controller.abort(new Error('stop'));
      expect(wrapUp.aborted).toBe(true);
      signal.throwIfAborted();
    });
    const answer = await handler(sqsEventOf(['a']), contextOf(900_000), { signal: controller.signal });
    expect(answer.batchItemFailures).toHaveLength(1);
  });
});

describe('work that does not listen to the deadline', () => {
  it('is answered for before the function ends', async () => {
    const { promise: work, resolve: end } = Promise.withResolvers<void>();
    const { handler } = handlerOf(() => work);
    // Of two timers the earlier one always rings first, however late both are.
    const functionEnds = new Promise((resolve) => setTimeout(resolve, 1_500, 'the end of the function'));
    const answer = handler(sqsEventOf(['a', 'b']), contextOf(1_600));
    expect(await Promise.race([answer, functionEnds])).toMatchObject({ batchItemFailures: { length: 2 } });
    end();
  });
});

describe('the deadline of an invocation', () => {
  // Jest's fake timers would keep middy from clearing its own, which come from node:timers.
  interface Armed {
    readonly ring: () => void;
    readonly afterMs: number;
  }
  const armed: Armed[] = [];
  beforeEach(() => {
    armed.length = 0;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((ring: () => void, afterMs: number) => {
      armed.push({ ring, afterMs });
      return armed.length;
    }) as unknown as typeof setTimeout);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  interface Moments {
    /** When no more rows are to be taken. */
    readonly wrapUpMs: number;
    /** When what is not complete is given up. */
    readonly abortMs: number;
    readonly reason: DeadlineError;
  }

  /** The moments of an invocation of this length whose work listens. */
  async function momentsOf(timeoutMs: number): Promise<Moments> {
    let reason: unknown;
    const { handler } = handlerOf(async (_, __, { wrapUp, signal }) => {
      armed[0]!.ring();
      expect([wrapUp.aborted, signal.aborted]).toEqual([true, false]);
      armed[1]!.ring();
      reason = signal.reason;
      signal.throwIfAborted();
    });
    const answer = await handler(sqsEventOf(['a']), contextOf(timeoutMs));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(armed).toHaveLength(2);
    return { wrapUpMs: armed[0]!.afterMs, abortMs: armed[1]!.afterMs, reason: reason as DeadlineError };
  }

  it.each([FUNCTION_TIMEOUT_SECONDS, 300, 180, 90])(
    'of %i s leaves time to complete a part, and then to give up',
    async (seconds) => {
      const { wrapUpMs, abortMs, reason } = await momentsOf(seconds * 1000);
      expect(seconds * 1000 - wrapUpMs).toBeGreaterThan(44_000);
      expect(seconds * 1000 - wrapUpMs).toBeLessThan(76_000);
      expect(seconds * 1000 - abortMs).toBeGreaterThan(19_000);
      expect(seconds * 1000 - abortMs).toBeLessThan(53_000);
      expect(reason).toBeInstanceOf(DeadlineError);
      const remedy = expect.stringContaining('primary_key');
      expect(reason).toMatchObject({ code: 'DEADLINE_REACHED', retry: 'once', remedy });
      expect(reason.message).toContain(`${seconds} s`);
    },
  );

  it('leaves half of a short one to reading, and a quarter to completing', async () => {
    const { wrapUpMs, abortMs } = await momentsOf(20_000);
    expect(wrapUpMs).toBeCloseTo(10_000, -2);
    expect(abortMs).toBeCloseTo(15_000, -2);
  });

  it('is taken back when the work has ended', async () => {
    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    const { handler } = handlerOf(async () => undefined);
    await handler(sqsEventOf(['a']), contextOf(900_000));
    expect(cleared.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining([1, 2]));
  });
});
