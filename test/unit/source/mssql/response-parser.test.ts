import { describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../../shared/core/errors.ts';
import { eventually } from '../../../support/eventually.ts';
import { colMetadata, done, doneInProc, error, info, nbcRow, order } from '../../../support/tds/tokens.ts';
import { AnsweredRequest, ID_COLUMN, idPlanner, idRows, idRowTokens, idsOf } from './extraction-rig.ts';

const DEADLOCK = { number: 1205, class: 13, state: 51, message: 'Deadlock victim.', server: 'DB1' };

/** Reads the feed to its end, as soon as the answer was read. */
async function allIds({ feed }: AnsweredRequest): Promise<number[]> {
  const ids: number[] = [];
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) ids.push(...idsOf(batch));
  return [...ids, ...idsOf(feed.lastBatch)];
}

describe('a whole response', () => {
  it('gives its rows to the feed and its other tokens to the driver', async () => {
    const asked = new AnsweredRequest();
    const seen: string[] = [];
    asked.connection.on('infoMessage', (token) => seen.push(token.message));
    asked.request.on('order', (columns) => seen.push(`order ${columns.join()}`));
    asked.request.on('done', (rowCount) => seen.push(`done ${rowCount}`));
    asked.request.on('columnMetadata', (columns) => seen.push(`columns ${Object.keys(columns).length}`));
    asked.request.on('row', () => seen.push('row'));
    const chunks = [...idRows(3), order([1]), ...idRowTokens(4, 1), nbcRow(ID_COLUMN, ['5']), done({ rowCount: 5 })];
    const answered = asked.answer([info({ number: 5701, message: 'hello' }), ...chunks]);
    const reading = allIds(asked);
    expect(await answered).toBe('end');
    asked.feed.settle(asked.request.error);
    expect(await reading).toEqual([1, 2, 3, 4, 5]);
    expect(asked.feed.serverRows).toBe(5);
    expect(seen).toEqual(['hello', 'columns 1', 'order 1', 'done 5']);
  });

  it('is the same in one chunk and byte by byte', async () => {
    const whole = Buffer.concat([...idRows(3), done({ rowCount: 3 })]);
    for (const chunks of [[whole], [...whole].map((byte) => Buffer.of(byte))]) {
      const asked = new AnsweredRequest();
      expect(await asked.answer(chunks)).toBe('end');
      asked.feed.settle(undefined);
      expect(await allIds(asked)).toEqual([1, 2, 3]);
    }
  });

  it('without rows has no batch at all', async () => {
    const asked = new AnsweredRequest();
    expect(await asked.answer([...idRows(0), done({ rowCount: 0 })])).toBe('end');
    expect(asked.feed.lastBatch).toBeUndefined();
    expect(asked.feed.serverRows).toBe(0);
  });
});

describe('a response that is held back', () => {
  it('asks for no more chunks while two batches wait', async () => {
    const asked = new AnsweredRequest(idPlanner(1));
    let pulled = 0;
    const chunks = function* (): Generator<Buffer> {
      for (const chunk of [...idRows(20), done({ rowCount: 20 })]) {
        pulled += 1;
        yield chunk;
      }
    };
    const answered = asked.answer(chunks());
    const readAhead = 1;
    await eventually(() => pulled >= 3 + readAhead);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pulled).toBe(3 + readAhead);
    expect(idsOf(await asked.feed.next())).toEqual([1]);
    await eventually(() => pulled >= 4 + readAhead);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pulled).toBe(4 + readAhead);
    void answered.then(() => asked.feed.settle(undefined));
    expect(await allIds(asked)).toHaveLength(19);
  });

  it('is drained without decoding once the request is cancelled', async () => {
    const asked = new AnsweredRequest(idPlanner(1));
    const answered = asked.answer([...idRows(5), Buffer.from('no token at all'), done({ rowCount: 9 })]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    asked.request.cancel();
    expect(await answered).toBe('end');
    expect(asked.feed.serverRows).toBeUndefined();
    await expect(asked.feed.next()).rejects.toThrow('cancelled');
  });
});

describe('an error of the server', () => {
  it.each([
    ['instead of a result', [error(DEADLOCK), done({ error: true })]],
    ['behind rows', [...idRows(3), error(DEADLOCK), done({ error: true })]],
    ['before rows', [...idRows(1), error(DEADLOCK), ...idRowTokens(2, 2), done({ error: true, rowCount: 3 })]],
    ['without a DONE behind it', [...idRows(1), error(DEADLOCK)]],
  ])('%s is what the request ends with', async (_, chunks) => {
    const asked = new AnsweredRequest();
    expect(await asked.answer(chunks)).toBe('end');
    expect(asked.request.error).toMatchObject({ number: 1205, class: 13, state: 51, serverName: 'DB1' });
    expect(asked.feed.lastBatch).toBeUndefined();
    expect(asked.feed.serverRows).toBeUndefined();
  });

  it('wins over damage behind it', async () => {
    const asked = new AnsweredRequest();
    const ending = await asked.answer([...idRows(1), error(DEADLOCK), Buffer.from('damage')]);
    expect(ending).toMatchObject({ code: 'TDS_MALFORMED' });
    await expect(asked.feed.next()).rejects.toMatchObject({ number: 1205 });
  });

  it.each(['error', 'serverError'] as const)('told by a bit of DONE alone (%s) is one too', async (bit) => {
    const asked = new AnsweredRequest();
    expect(await asked.answer([...idRows(3), done({ [bit]: true, rowCount: 3 })])).toBe('end');
    expect(asked.request.error).toMatchObject({ code: 'UNKNOWN' });
    expect(asked.feed.lastBatch).toBeUndefined();
  });

  it('told inside of a procedure is one of the whole request', async () => {
    const asked = new AnsweredRequest();
    const inner = doneInProc({ error: true, rowCount: 3, more: true });
    expect(await asked.answer([...idRows(3), inner, done()])).toBe('end');
    expect(asked.request.error).toMatchObject({ code: 'UNKNOWN' });
  });
});

describe('a response that cannot be read', () => {
  it.each<[string, Buffer[], string]>([
    ['without DONE', idRows(3), 'TDS_TRUNCATED'],
    ['cut inside a row', [...idRows(1), idRowTokens(2, 1)[0]!.subarray(0, 3)], 'TDS_TRUNCATED'],
    ['without anything', [], 'TDS_TRUNCATED'],
    ['with more to come', [...idRows(3), done({ rowCount: 3, more: true })], 'TDS_TRUNCATED'],
    ['with another count', [...idRows(3), done({ rowCount: 4 })], 'ROW_COUNT_DIFFERS'],
    ['without a count', [...idRows(3), done()], 'ROW_COUNT_MISSING'],
    ['with two results', [...idRows(1), doneInProc({ rowCount: 1, more: true }), ...idRows(1)], 'MULTIPLE_RESULTS'],
    ['of unknown tokens', [Buffer.of(0x01, 0x02, 0x03)], 'TDS_MALFORMED'],
  ])('%s fails the feed before the driver', async (_, chunks, code) => {
    const asked = new AnsweredRequest();
    const ending = await asked.answer(chunks);
    expect(ending).toMatchObject({ code });
    asked.feed.settle(new Error('Connection lost'));
    await expect(allIds(asked)).rejects.toBe(ending);
  });

  it('is refused by the plan for its columns', async () => {
    const refusal = new SourceError('TYPE_UNKNOWN', 'no such type');
    const asked = new AnsweredRequest(() => {
      throw refusal;
    });
    expect(await asked.answer([colMetadata(ID_COLUMN), done({ rowCount: 0 })])).toBe(refusal);
    await expect(asked.feed.decoder()).rejects.toBe(refusal);
  });

  it('fails with what the connection failed with', async () => {
    const asked = new AnsweredRequest();
    const chunks = async function* (): AsyncGenerator<Buffer> {
      yield* idRows(1);
      throw new Error('read ECONNRESET');
    };
    expect(await asked.answer(chunks())).toMatchObject({ message: 'read ECONNRESET' });
    await expect(asked.feed.next()).rejects.toThrow('read ECONNRESET');
  });
});
