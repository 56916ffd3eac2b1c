import { describe, expect, it } from '@jest/globals';
import type { LandfallError } from '../../../../../shared/core/errors.ts';
import {
  colMetadata,
  done,
  doneInProc,
  doneProc,
  error,
  info,
  order,
  returnStatus,
  row,
} from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import { batchesOf, reading, rowsOf } from './decoding.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int', nullable: false } },
  { name: 'name', type: { kind: 'nvarchar', length: 20 } },
];
const HEAD = colMetadata(COLUMNS);
const rows = (...ids: readonly number[]): Buffer =>
  Buffer.concat(ids.map((id) => row(COLUMNS, [String(id), `n${id}`])));
const DEADLOCK = error({ number: 1205, message: 'Transaction was deadlocked.', class: 13, state: 51 });

function failureOf(...parts: readonly Buffer[]): LandfallError {
  const { reader } = reading();
  try {
    batchesOf(reader, [Buffer.concat(parts)]);
  } catch (thrown) {
    return thrown as LandfallError;
  }
  throw new Error('It was read without complaint.');
}

describe('a response', () => {
  it('gives rows as batches and every other token to the driver, whatever the cuts', () => {
    const whole = Buffer.concat([
      info({ number: 5701, message: 'Changed database context.' }),
      done({ more: true }),
      HEAD,
      order([1]),
      rows(1, 2),
      info({ number: 0, message: 'between the rows' }),
      rows(3),
      done({ rowCount: 3 }),
    ]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const { reader, tokens } = reading();
      const batches = batchesOf(reader, [whole.subarray(0, cut), whole.subarray(cut)]);
      expect(rowsOf(batches)).toEqual([
        [1, 'n1'],
        [2, 'n2'],
        [3, 'n3'],
      ]);
      expect(tokens.map(({ name }) => name)).toEqual(['INFO', 'DONE', 'COLMETADATA', 'ORDER', 'INFO', 'DONE']);
      expect(reader.serverRows).toBe(3);
    }
  });

  it('has rows of procedures, as of sp_executesql, whose end is told three times, whatever the cuts', () => {
    const ends = [doneInProc({ rowCount: 2, more: true }), returnStatus(0), doneProc()];
    const whole = Buffer.concat([HEAD, order([1]), rows(1, 2), ...ends]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const { reader } = reading();
      expect(rowsOf(batchesOf(reader, [whole.subarray(0, cut), whole.subarray(cut)]))).toEqual([
        [1, 'n1'],
        [2, 'n2'],
      ]);
      expect(reader.serverRows).toBe(2);
    }
  });

  it.each([
    ['counts other rows than it sent', [doneInProc({ rowCount: 1, more: true }), doneProc()], 'ROW_COUNT_DIFFERS'],
    ['tells no count', [doneInProc({ more: true }), returnStatus(0), doneProc()], 'ROW_COUNT_MISSING'],
    ['counts only at the end of the procedure', [doneProc({ rowCount: 1 })], 'ROW_COUNT_DIFFERS'],
    ['ends before the procedure does', [doneInProc({ rowCount: 2, more: true })], 'TDS_TRUNCATED'],
    [
      'ends at the status of the procedure',
      [doneInProc({ rowCount: 2, more: true }), returnStatus(0)],
      'TDS_TRUNCATED',
    ],
  ])('of a procedure fails when it %s', (_, ends, code) => {
    expect(failureOf(HEAD, rows(1, 2), ...ends)).toMatchObject({ code });
  });

  it('may have no result and no row', () => {
    const none = reading();
    expect(batchesOf(none.reader, [done()])).toEqual([]);
    expect(none.reader.decoder).toBeUndefined();
    const empty = reading();
    expect(batchesOf(empty.reader, [HEAD, done({ rowCount: 0 })])).toEqual([]);
    expect(empty.reader.serverRows).toBe(0);
    expect(empty.reader.decoder?.schema.names).toEqual(['id', 'name']);
  });

  it('goes on behind the result with statements that give none', () => {
    const { reader } = reading();
    const bytes = [HEAD, rows(1), done({ rowCount: 1, more: true }), done({ rowCount: 25 })];
    expect(rowsOf(batchesOf(reader, bytes))).toHaveLength(1);
    expect(reader.serverRows).toBe(1);
  });
});

describe('what is not whole', () => {
  it.each([
    ['nothing at all', []],
    ['columns alone', [HEAD]],
    ['rows without an end', [HEAD, rows(1, 2)]],
    ['half a row', [HEAD, rows(1, 2).subarray(0, -1)]],
    ['half a token', [HEAD, rows(1), done({ rowCount: 1 }).subarray(0, -1)]],
    ['an end that announces more', [HEAD, rows(1), done({ rowCount: 1, more: true })]],
    ['the end of another statement', [done({ more: true }), HEAD, rows(1)]],
    ['the acknowledgement of an attention', [HEAD, rows(1), done({ rowCount: 1, attention: true })]],
  ])('is refused: %s', (_, parts) => {
    expect(failureOf(...parts)).toMatchObject({ code: 'TDS_TRUNCATED', retry: 'transient' });
  });

  it.each([0, 1, 3, 2 ** 33])('is refused when the server counts %d rows instead of 2', (rowCount) => {
    const failure = failureOf(HEAD, rows(1, 2), done({ rowCount }));
    expect(failure).toMatchObject({ name: 'ConsistencyError', code: 'ROW_COUNT_DIFFERS', retry: 'once' });
    expect(failure.message).toBe(`2 rows arrived, the server counts ${rowCount}.`);
  });

  it('is refused when the server does not count', () => {
    const failure = failureOf(HEAD, rows(1), done({ noCount: true }));
    expect(failure).toMatchObject({ code: 'ROW_COUNT_MISSING', retry: 'permanent' });
    expect(failure.remedy).toContain('SET NOCOUNT OFF');
  });

  it('is refused when there is a second result', () => {
    const failure = failureOf(HEAD, rows(1), done({ rowCount: 1, more: true }), HEAD, rows(2), done({ rowCount: 1 }));
    expect(failure).toMatchObject({ code: 'MULTIPLE_RESULTS', retry: 'permanent' });
  });

  it.each([
    ['an unknown token', [Buffer.from([0x05])]],
    ['a row before its columns', [rows(1)]],
    ['a row behind its result', [HEAD, done({ rowCount: 0, more: true }), rows(1)]],
    ['a result without columns', [colMetadata([])]],
    ['a column of an unknown type', [Buffer.from([0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0x02])]],
  ])('is refused as malformed: %s', (_, parts) => {
    expect(failureOf(...parts, done())).toMatchObject({ code: 'TDS_MALFORMED', retry: 'once' });
  });
});

describe('an error of the server', () => {
  it.each([
    ['among the rows', [HEAD, rows(1), DEADLOCK, done({ error: true })]],
    ['with rows behind it', [HEAD, rows(1), DEADLOCK, rows(2, 3), done({ error: true, rowCount: 1 })]],
    ['that only the end tells of', [HEAD, rows(1), done({ error: true, rowCount: 1 })]],
    ['that is severe', [HEAD, rows(1), done({ serverError: true, rowCount: 1 })]],
    ['before another result', [DEADLOCK, done({ error: true, more: true }), colMetadata([]), rows(1), done()]],
  ])('%s is left to the driver, and no row of it counts any more', (_, parts) => {
    const { reader, tokens } = reading();
    const bytes = Buffer.concat(parts);
    const batches = [...bytes].flatMap((byte) => reader.push(Buffer.of(byte)));
    expect([...batches, reader.finish()]).toEqual([undefined]);
    expect(reader.serverRows).toBeUndefined();
    expect(tokens.map(({ name }) => name)).toContain(parts.includes(DEADLOCK) ? 'ERROR' : 'DONE');
  });
});
