import { describe, expect, it } from '@jest/globals';
import { RowFeed } from '../../../../shared/source/mssql/row-feed.ts';
import { batchOf, idDecoder } from './extraction-rig.ts';

const feedOf = (stallTimeoutMs = 60_000): RowFeed => new RowFeed('reading t', stallTimeoutMs);
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether the promise is still waiting after the microtasks and timers at hand. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const marker = Symbol('pending');
  return (await Promise.race([promise, rest(10).then(() => marker)])) === marker;
}

describe('the reader of a feed', () => {
  it('gets the decoder when the columns are known', async () => {
    const feed = feedOf();
    const waiting = feed.decoder();
    expect(await isPending(waiting)).toBe(true);
    const decoder = idDecoder(2);
    feed.begin(decoder);
    feed.begin(idDecoder(3));
    expect(await waiting).toBe(decoder);
    expect(await feed.decoder()).toBe(decoder);
  });

  it('gets no decoder when the request ended without columns', async () => {
    const feed = feedOf();
    const waiting = feed.decoder();
    feed.settle(undefined);
    expect(await waiting).toBeUndefined();
  });

  it('gets the batches in their order and then the end', async () => {
    const feed = feedOf();
    const [first, second, third] = [batchOf(1), batchOf(2), batchOf(3)];
    void feed.add([first]);
    void feed.add([second, third]);
    feed.complete(batchOf(4), 4);
    feed.settle(null);
    expect([await feed.next(), await feed.next(), await feed.next()]).toEqual([first, second, third]);
    expect(await feed.next()).toBeUndefined();
    expect(feed.serverRows).toBe(4);
    expect(feed.lastBatch?.numRows).toBe(1);
  });

  it('does not take a read response for a request that has ended', async () => {
    const feed = feedOf();
    feed.complete(undefined, 0);
    const waiting = feed.next();
    expect(await isPending(waiting)).toBe(true);
    feed.settle(undefined);
    expect(await waiting).toBeUndefined();
  });

  it('gets the first failure, at once, whatever still waits', async () => {
    const feed = feedOf();
    void feed.add([batchOf(1)]);
    feed.fail(new Error('first'));
    feed.settle(new Error('second'));
    await expect(feed.next()).rejects.toThrow('first');
    await expect(feed.decoder()).rejects.toThrow('first');
  });

  it('is woken by a failure and by a cancellation', async () => {
    const failing = feedOf();
    const stopped = feedOf();
    const both = Promise.allSettled([failing.next(), stopped.next()]);
    failing.settle(new Error('lost'));
    stopped.stop();
    expect(await both).toMatchObject([
      { status: 'rejected', reason: { message: 'lost' } },
      { status: 'rejected', reason: { message: 'The request was cancelled.' } },
    ]);
  });
});

describe('the watch over a silent server', () => {
  it('ends the wait after the stall time-out', async () => {
    const started = performance.now();
    await expect(feedOf(60).next()).rejects.toMatchObject({
      name: 'SourceError',
      code: 'SOURCE_STALLED',
      retry: 'transient',
      message: 'Failed reading t: the server sent nothing for 60 ms.',
    });
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });

  it('starts anew with everything the server sends, also without a whole batch', async () => {
    const feed = feedOf(1_000);
    const waiting = feed.next();
    for (let i = 0; i < 5; i++) {
      await rest(250);
      feed.heard();
    }
    const batch = batchOf(1);
    void feed.add([batch]);
    expect(await waiting).toBe(batch);
  });

  it('does not run while nobody waits', async () => {
    const feed = feedOf(30);
    await rest(80);
    void feed.add([batchOf(1)]);
    expect((await feed.next())?.numRows).toBe(1);
    await rest(80);
    feed.settle(undefined);
    expect(await feed.next()).toBeUndefined();
  });
});

describe('the parser of a feed', () => {
  it('waits while two batches wait for the reader', async () => {
    const feed = feedOf();
    await feed.add([batchOf(1)]);
    const blocked = feed.add([batchOf(2)])!;
    expect(await isPending(blocked)).toBe(true);
    await feed.next();
    await blocked;
  });

  it('waits until few enough are left of many at once', async () => {
    const feed = feedOf();
    const blocked = feed.add([batchOf(1), batchOf(2), batchOf(3)])!;
    await feed.next();
    expect(await isPending(blocked)).toBe(true);
    await feed.next();
    await blocked;
  });

  it.each([
    ['a cancellation', (feed: RowFeed) => feed.stop()],
    ['the end of the connection', (feed: RowFeed) => feed.settle(new Error('lost'))],
  ])('is let go by %s', async (_, end) => {
    const feed = feedOf();
    const blocked = feed.add([batchOf(1), batchOf(2)])!;
    expect(feed.stopped).toBe(false);
    end(feed);
    await blocked;
    expect(feed.stopped).toBe(true);
  });

  it('is not told to stop twice', async () => {
    const feed = feedOf();
    feed.settle(undefined);
    feed.stop();
    expect(await feed.next()).toBeUndefined();
  });
});
