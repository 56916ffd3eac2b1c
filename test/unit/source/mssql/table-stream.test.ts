import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { KeyedBatches } from '../../../../shared/source/mssql/key/keyed-batches.ts';
import { RowFeed } from '../../../../shared/source/mssql/row-feed.ts';
import type { ConnectionPool } from '../../../../shared/source/mssql/sequelize-connection.ts';
import { MssqlTableStream } from '../../../../shared/source/mssql/table-stream.ts';
import { batchOf, idDecoder, idRowTokens, idsOf } from './extraction-rig.ts';
import { type IdleSession, idleSession, unconnectedPool } from './idle-session.ts';

let pool: ConnectionPool;
let session: IdleSession;
let feed: RowFeed;

beforeEach(() => {
  pool = unconnectedPool();
  session = idleSession(pool);
  feed = new RowFeed('reading t', 200);
});

afterEach(async () => {
  await session.session.abandon();
  await pool.close(1_000);
});

/** A stream over a decoder that has seen `rows` rows. */
function streamOf(rows: number): MssqlTableStream {
  const decoder = idDecoder(100);
  decoder.decode(Buffer.concat(idRowTokens(1, rows)), 0, []);
  const keyed = new KeyedBatches(decoder, [{ name: 'id', isHidden: false }], 'reading t');
  const names = { primaryKey: ['id'], key: ['id'] };
  const read = { feed, decoder, keyed, ...names, consistency: 'snapshot' as const, isReusable: true };
  return new MssqlTableStream(read, session.session, session.abort.signal);
}

async function idsUntilTheEnd(stream: MssqlTableStream): Promise<number[]> {
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches) batches.push(batch);
  return batches.flatMap((batch) => idsOf(batch));
}

describe('a stream that ends well', () => {
  it('gives the last batch only when the request has ended, and then the count', async () => {
    const stream = streamOf(3);
    void feed.add([batchOf(1, 2)]);
    feed.complete(batchOf(3), 3);
    const iterator = stream.batches[Symbol.asyncIterator]();
    expect(idsOf((await iterator.next()).value)).toEqual([1, 2]);
    const last = iterator.next();
    expect(() => stream.serverRowCount()).toThrow(/not known yet/);
    feed.settle(undefined);
    const { value: batch } = await last;
    expect([idsOf(batch), stream.key, stream.keyAt(batch, 0)]).toEqual([[3], ['id'], ['3']]);
    expect(stream.serverRowCount()).toBe(3);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await session.session.ended;
  });

  it('without rows has no batch', async () => {
    const stream = streamOf(0);
    feed.complete(undefined, 0);
    feed.settle(undefined);
    expect(await idsUntilTheEnd(stream)).toEqual([]);
    expect([stream.serverRowCount(), stream.primaryKey, stream.schema.names]).toEqual([0, ['id'], ['id']]);
    expect(stream.lossyValues().size).toBe(0);
  });
});

describe('a stream that does not', () => {
  it.each([
    ['counted fewer', 2, 'the server counts 2'],
    ['counted more', 4, 'the server counts 4'],
    ['never counted', undefined, 'the server counts none'],
  ])('because the server %s keeps its last batch', async (_, serverRows, message) => {
    const stream = streamOf(3);
    feed.complete(batchOf(1, 2, 3), serverRows);
    feed.settle(undefined);
    await expect(idsUntilTheEnd(stream)).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'ROW_COUNT_DIFFERS',
      message: expect.stringContaining(message),
    });
    expect(() => stream.serverRowCount()).toThrow(/not known yet/);
    await session.session.ended;
  });

  it('because the request failed keeps its last batch and types the error', async () => {
    const stream = streamOf(1);
    feed.complete(batchOf(1), 1);
    feed.settle(Object.assign(new Error('Deadlock victim.'), { number: 1205, state: 51, class: 13 }));
    await expect(idsUntilTheEnd(stream)).rejects.toMatchObject({ code: 'DEADLOCK', retry: 'transient' });
    await session.session.ended;
  });

  it('because of the signal throws its reason, not what followed from it', async () => {
    const stream = streamOf(0);
    const reading = expect(idsUntilTheEnd(stream)).rejects.toThrow('deadline');
    session.abort.abort(new Error('deadline'));
    feed.stop();
    await reading;
    await session.session.ended;
  });

  it('because nobody wants it ends the session', async () => {
    void feed.add([batchOf(1)]);
    for await (const _ of streamOf(1).batches) break;
    await session.session.ended;
  });
});
