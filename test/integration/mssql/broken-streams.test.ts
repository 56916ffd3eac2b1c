import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LandfallError } from '../../../shared/core/errors.ts';
import type { MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source, TableStream } from '../../../shared/source/source.ts';
import { EarlyTimeouts } from '../../support/early-timeouts.ts';
import { eventually } from '../../support/eventually.ts';
import { letSettle } from '../../support/let-settle.ts';
import type { TdsServer } from '../../support/tds-server/tds-server.ts';
import { startTcpProxy, type TcpProxy } from '../postgres/tcp-proxy.ts';
import { BIG_DATABASE, BIG_ROWS, wideTable } from './big-table.ts';
import { land, landingError } from './reading.ts';
import { openSessions, sourceOf, sqlQuery, startWireServer, tableAnswer, tableQuery } from './wire-server.ts';

const BIG = tableQuery('dbo.big');
const STALL_MS = 120_001;
const CANCEL_MS = 120_002;
const OF_BIG = { matching: /FROM \[dbo\]\.\[big\]/ };
const OF_SMALL = { matching: /FROM \[dbo\]\.\[small\]/ };

let server: TdsServer;
let source: Source;
let proxy: TcpProxy | undefined;

beforeAll(async () => {
  server = await startWireServer(BIG_DATABASE);
});

afterEach(async () => {
  await source.close();
  await proxy?.close();
  proxy = undefined;
  await eventually(() => openSessions(server) === 0);
  expect([server.faults.pending, server.problems]).toEqual([0, []]);
});

afterAll(async () => await server?.close());

function open(options: Omit<MssqlSourceOptions, 'connection'> = {}): Source {
  source = sourceOf(server, { port: proxy?.port ?? server.port }, { batchRows: 500, ...options });
  return source;
}

/** Reads the table; gives the rows that came and the error behind them. What breaks early may fail the opening. */
async function brokenRead(query = BIG): Promise<{ rows: number; failure: LandfallError }> {
  let rows = 0;
  let stream: TableStream | undefined;
  try {
    stream = await source.open(query, new AbortController().signal);
    for await (const batch of stream.batches) rows += batch.numRows;
  } catch (failure) {
    if (stream !== undefined) expect(() => stream?.serverRowCount()).toThrow(/not known yet/);
    return { rows, failure: failure as LandfallError };
  }
  throw new Error('the stream ended well');
}

/** The connection is gone, and the next one reads the same table whole. */
async function expectRecovery(): Promise<void> {
  await eventually(() => openSessions(server) === 0);
  expect((await land(source, BIG)).rows).toBe(BIG_ROWS);
}

describe('a stream that breaks', () => {
  it.each<[string, () => void, string, string]>([
    ['by a deadlock', () => server.faults.deadlockAfterRows(2_250, OF_BIG), 'DEADLOCK', 'transient'],
    ['by a kill', () => server.faults.killAfterRows(2_250, OF_BIG), 'CONNECTION_LOST', 'transient'],
    [
      'by the end of the connection',
      () => server.faults.cutAfterRows(2_250, 'fin', OF_BIG),
      'CONNECTION_LOST',
      'transient',
    ],
    ['by a reset', () => server.faults.cutAfterRows(2_250, 'rst', OF_BIG), 'CONNECTION_LOST', 'transient'],
    ['inside a row', () => server.faults.cutAfterBytes(2_500_001, 'fin', OF_BIG), 'CONNECTION_LOST', 'transient'],
    ['by an early end', () => server.faults.endAfterRows(2_250, OF_BIG), 'TDS_TRUNCATED', 'transient'],
    ['by an end without DONE', () => server.faults.endWithoutDone(OF_BIG), 'TDS_TRUNCATED', 'transient'],
    ['by a lost row', () => server.faults.loseRow(2_250, OF_BIG), 'ROW_COUNT_DIFFERS', 'once'],
    [
      'by an error with rows behind it',
      () => server.faults.rowsBehindErrorAfterRows(2_250, { number: 824, class: 24, message: 'I/O error.' }, OF_BIG),
      'SERVER_ERROR',
      'transient',
    ],
  ])('%s', async (_, arm, code, retry) => {
    open();
    arm();
    const { rows, failure } = await brokenRead();
    expect(failure).toMatchObject({ code, retry });
    expect(rows).toBeLessThan(BIG_ROWS);
    await expectRecovery();
  });

  it('by an error right behind the columns', async () => {
    open();
    server.faults.deadlockAfterRows(0, OF_BIG);
    const { rows, failure } = await brokenRead();
    expect([rows, failure.code]).toEqual([0, 'DEADLOCK']);
    expect(failure.message).toContain('SQL Server error 1205, state 51, class 13');
  });

  it('by an error behind the last row gives no last batch', async () => {
    open({ batchRows: 4 });
    server.faults.deadlockAfterRows(10, OF_SMALL);
    const { rows, failure } = await brokenRead(tableQuery('dbo.small'));
    expect(failure.code).toBe('DEADLOCK');
    expect(rows).toBeLessThanOrEqual(8);
  });
});

describe('a server that leaves behind a slow reader', () => {
  /** Rows that are read while the connections are dropped behind every batch. */
  async function slowRead(stream: TableStream): Promise<number> {
    let rows = 0;
    for await (const batch of stream.batches) {
      rows += batch.numRows;
      await letSettle();
      server.dropConnections();
      await letSettle();
    }
    return rows;
  }

  it('is not missed when the whole response has come', async () => {
    const stream = await open({ batchRows: 2 }).open(tableQuery('dbo.small'), new AbortController().signal);
    expect(await slowRead(stream)).toBe(stream.serverRowCount());
  });

  it('fails the stream and nothing else when there was more to come', async () => {
    server.faults.cutAfterBytes(6_000, 'fin', OF_SMALL);
    const stream = await open({ batchRows: 2 }).open(tableQuery('dbo.small'), new AbortController().signal);
    await expect(slowRead(stream)).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: 'transient' });
    expect(() => stream.serverRowCount()).toThrow(/not known yet/);
  });
});

describe('a stream of 3 rows that is cut at any byte', () => {
  it('fails with a typed error and never lands less', async () => {
    const bytes = Buffer.concat([...tableAnswer(wideTable(3))]).length;
    const small = await startWireServer({ tables: { '[dbo].[t]': wideTable(3) } });
    const own = sourceOf(small, {}, { stallTimeoutMs: 60_000 });
    const positions = [1, 2, 5, 9, 20, 40, 60, 80, 100, 500, 1_100, 2_000, bytes - 13, bytes - 5, bytes - 1];
    for (const how of ['fin', 'rst'] as const) {
      for (const position of positions) {
        small.faults.cutAfterBytes(position, how, { matching: /FROM \[dbo\]\.\[t\]/ });
        const failure = await landingError(own, tableQuery('dbo.t'));
        expect([position, failure]).toMatchObject([position, { name: 'SourceError', code: 'CONNECTION_LOST' }]);
      }
    }
    expect((await land(own, tableQuery('dbo.t'))).rows).toBe(3);
    await own.close();
    await small.close();
    open();
  });
});

describe('a server that falls silent', () => {
  const isStalled = async (): Promise<void> => await eventually(() => server.faults.pending === 0);

  it.each([0, 2_250])('after %i rows is given up after the stall time-out', async (rows) => {
    using silence = new EarlyTimeouts(STALL_MS);
    open({ stallTimeoutMs: STALL_MS });
    server.faults.stallAfterRows(rows, OF_BIG);
    const reading = brokenRead();
    await isStalled();
    await silence.elapse();
    expect((await reading).failure).toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await eventually(() => openSessions(server) === 0);
    expect(server.sessions.at(-1)!.attentions).toBe(1);
  });

  it('before the first token is given up while the table is opened', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    const failure = landingError(open({ stallTimeoutMs: STALL_MS }), sqlQuery('no answer'));
    await eventually(() => server.sessions.at(-1)?.requests.at(-1)?.sql === 'no answer');
    await silence.elapse();
    expect(await failure).toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await eventually(() => openSessions(server) === 0);
  });

  it('in the catalog is given up as well', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    server.faults.stallAfterRows(0, { matching: /sys\.indexes/ });
    const failure = landingError(open({ stallTimeoutMs: STALL_MS }), BIG);
    await isStalled();
    await silence.elapse();
    expect(await failure).toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await eventually(() => openSessions(server) === 0);
  });

  it('and acknowledges nothing is left in time', async () => {
    server.faults.stallAfterRows(10, OF_BIG);
    server.faults.ignoreAttention(OF_BIG);
    using silence = new EarlyTimeouts(STALL_MS);
    using patience = new EarlyTimeouts(CANCEL_MS);
    open({ stallTimeoutMs: STALL_MS, cancelTimeoutMs: CANCEL_MS });
    const reading = brokenRead();
    await eventually(() => server.sessions.at(-1)?.requests.some(({ sql }) => OF_BIG.matching.test(sql)) === true);
    await letSettle();
    await silence.elapse();
    await isStalled();
    await patience.elapse();
    expect((await reading).failure.code).toBe('SOURCE_STALLED');
    await eventually(() => openSessions(server) === 0);
  });

  it('because the network swallows everything is left in time', async () => {
    proxy = await startTcpProxy(server);
    using silence = new EarlyTimeouts(STALL_MS);
    using patience = new EarlyTimeouts(CANCEL_MS);
    open({ stallTimeoutMs: STALL_MS, cancelTimeoutMs: CANCEL_MS });
    const stream = await source.open(BIG, new AbortController().signal);
    const reading = async (): Promise<void> => {
      for await (const _ of stream.batches) proxy!.stall();
    };
    const refused = expect(reading()).rejects.toMatchObject({ code: 'SOURCE_STALLED' });
    await eventually(() => proxy!.isStalled());
    await silence.elapse();
    await patience.elapse();
    await refused;
    await eventually(() => openSessions(server) === 0);
  });

  it('but not one that is only slow', async () => {
    server.faults.drip(700, 250, OF_SMALL);
    const started = Date.now();
    const landed = await land(open({ stallTimeoutMs: 60_000 }), tableQuery('dbo.small'));
    expect(landed.rows).toBe(10);
    expect(Date.now() - started).toBeGreaterThan(2_000);
  });
});

it('a damaged packet ends the stream at once', async () => {
  let seen = 0;
  proxy = await startTcpProxy(server, (chunk) => {
    seen += chunk.length;
    return seen < 1_000_000 ? chunk : Buffer.alloc(chunk.length);
  });
  open({ stallTimeoutMs: 300_000 });
  const { failure } = await brokenRead();
  expect(failure).toMatchObject({ name: 'SourceError', code: expect.not.stringContaining('STALLED') });
});
