import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyRange } from '../../../shared/core/key.ts';
import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import type { Source, TableQuery, TableStream } from '../../../shared/source/source.ts';
import { EarlyTimeouts } from '../../support/early-timeouts.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { land } from './reading.ts';

const ROWS = 5_000;
const SEEN = 3_000;
/** Read by sp_executesql, whose answer is another one than that of a batch. */
const RANGE: KeyRange = { from: { values: ['1000'], inclusive: true }, to: ['4500'] };
const RANGE_ROWS = 3_500;

const QUERY: TableQuery = {
  name: 'dbo.orders',
  schema: 'dbo',
  table: 'orders',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: ['id'],
  range: RANGE,
};
const STALL_MS = 120_001;
const CANCEL_MS = 120_002;
const AIM = { matching: /ORDER BY \[id\]/ };

let server: TestSqlServer;
let source: Source;

beforeAll(async () => {
  server = await startTestSqlServer({ encryption: 'none' });
  server.createTable({
    name: 'orders',
    columns: [
      { name: 'id', type: { kind: 'int', nullable: false } },
      { name: 'body', type: { kind: 'varchar', length: 500 } },
    ],
    primaryKey: ['id'],
    rows: Array.from({ length: ROWS }, (_, id) => [`${id}`, 'x'.repeat(500)]),
  });
});
afterAll(async () => await server?.close());

beforeEach(() => {
  source = sourceOf();
});

function sourceOf(): Source {
  const { host, port, user: username, password, database } = server;
  const login = { host, port, username, password, database, ssl: { mode: 'disable' as const } };
  return createMssqlSource({
    connection: { ...login, readOnlyIntent: false, isolation: 'auto' },
    connectTimeoutMs: 60_000,
    stallTimeoutMs: STALL_MS,
    cancelTimeoutMs: CANCEL_MS,
    batchRows: 500,
  });
}

afterEach(async () => {
  await source.close();
  expect([server.faults.pending, server.problems]).toEqual([0, []]);
});

const openSessions = (): number => server.sessions.filter(({ open }) => open).length;

/** Reads a range until it breaks: the rows that came, and why. */
async function brokenRead(): Promise<{ rows: number; failure: unknown }> {
  let rows = 0;
  let stream: TableStream | undefined;
  try {
    stream = await source.open(QUERY, new AbortController().signal);
    for await (const batch of stream.batches) rows += batch.numRows;
  } catch (failure) {
    if (stream !== undefined) expect(() => stream?.serverRowCount()).toThrow(/not known yet/);
    return { rows, failure };
  }
  throw new Error('the stream ended well');
}

describe('a range of a table', () => {
  it('is read whole, and its connection is there for the next reader', async () => {
    const before = server.sessions.length;
    for (let time = 0; time < 3; time++) {
      expect(await land(source, QUERY)).toMatchObject({ rows: RANGE_ROWS, serverRows: RANGE_ROWS });
    }
    expect(server.sessions.length).toBe(before + 1);
    const { sql, parameters } = server.statements.at(-1)!;
    expect(sql).toBe(
      'SELECT * FROM [dbo].[orders] WHERE [id] >= CAST(@from1 AS int) AND [id] < CAST(@to1 AS int) ORDER BY [id]',
    );
    expect(parameters).toEqual({ from1: '1000', to1: '4500' });
  });

  it.each<[string, () => void, string]>([
    ['a deadlock', () => server.faults.deadlockAfterRows(SEEN, AIM), 'DEADLOCK'],
    ['a kill', () => server.faults.killAfterRows(SEEN, AIM), 'CONNECTION_LOST'],
    ['the end of the connection', () => server.faults.cutAfterRows(SEEN, 'fin', AIM), 'CONNECTION_LOST'],
    ['a reset inside a row', () => server.faults.cutAfterBytes(1_500_001, 'rst', AIM), 'CONNECTION_LOST'],
    ['an early end', () => server.faults.endAfterRows(SEEN, AIM), 'TDS_TRUNCATED'],
    ['an end without DONE', () => server.faults.endWithoutDone(AIM), 'TDS_TRUNCATED'],
    ['a lost row', () => server.faults.loseRow(SEEN, AIM), 'ROW_COUNT_DIFFERS'],
    [
      'an error with rows behind it',
      () => server.faults.rowsBehindErrorAfterRows(SEEN, { number: 824, class: 24, message: 'I/O error.' }, AIM),
      'SERVER_ERROR',
    ],
  ])('broken by %s is not taken for whole, and is read whole the next time', async (_, arm, code) => {
    arm();
    const { rows, failure } = await brokenRead();
    expect(failure).toMatchObject({ code });
    expect(rows).toBeLessThanOrEqual(RANGE_ROWS - 500);
    await eventually(() => openSessions() === 0);
    expect((await land(source, QUERY)).rows).toBe(RANGE_ROWS);
  });

  it('in which the server falls silent is given up', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    server.faults.stallAfterRows(SEEN, AIM);
    const reading = brokenRead();
    await eventually(() => server.faults.pending === 0);
    await silence.elapse();
    expect((await reading).failure).toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await eventually(() => openSessions() === 0);
  });

  it('that is left early is cancelled by an attention, with the keys of what was read', async () => {
    const stream = await source.open(QUERY, new AbortController().signal);
    for await (const batch of stream.batches) {
      expect(stream.keyAt(batch, batch.numRows - 1)).toEqual(['1499']);
      break;
    }
    await eventually(() => openSessions() === 0);
    expect(server.sessions.at(-1)!.attentions).toBe(1);
  });

  it('whose attention is never answered ends all the same', async () => {
    using patience = new EarlyTimeouts(CANCEL_MS);
    server.faults.ignoreAttention(AIM);
    const abort = new AbortController();
    const stream = await source.open(QUERY, abort.signal);
    const reading = (async () => {
      for await (const _ of stream.batches) abort.abort(new Error('deadline'));
    })();
    const refused = expect(reading).rejects.toThrow('deadline');
    await eventually(() => server.faults.pending === 0);
    await patience.elapse();
    await refused;
    await eventually(() => openSessions() === 0);
  });

  it('with a bound that the type does not have is refused for good', async () => {
    const query = { ...QUERY, range: { to: ['many'] } };
    await expect(land(source, query)).rejects.toMatchObject({ code: 'VALUE_INVALID', retry: 'permanent' });
  });
});
