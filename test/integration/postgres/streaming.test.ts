import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { ConsistencyError } from '../../../shared/core/errors.ts';
import type { PostgresSourceOptions } from '../../../shared/source/postgres/options.ts';
import type { Source } from '../../../shared/source/source.ts';
import { EarlyTimeouts } from '../../support/early-timeouts.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { land, landingError, sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { connectWriter } from './window-runs.ts';

const ROWS = 400_000;
const APPLICATION = 'streaming-test';
const STALL_MS = 120_001;
const CANCEL_MS = 120_002;

let db: TestPostgres;
let source: Source;
let proxy: TcpProxy | undefined;

beforeAll(async () => {
  db = await startTestPostgres();
  await db.query(
    `CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 4) AS body FROM generate_series(1, ${ROWS}) AS i`,
  );
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await source.close();
});

afterAll(async () => await db?.close());

function open(options: Omit<PostgresSourceOptions, 'connection'> = {}): Source {
  const port = proxy?.port ?? db.port;
  source = sourceOf(db, { port }, { applicationName: APPLICATION, ...options });
  return source;
}

const never = (): AbortSignal => new AbortController().signal;

/** Backends of ours that are not idle. */
async function busyBackends(): Promise<number> {
  const { rows } = await db.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = '${APPLICATION}' AND state <> 'idle'`,
  );
  return rows[0].n;
}

/** A cancellation ends what runs at the moment, so that something must run. */
async function isAsleep(): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM pg_stat_activity WHERE application_name = '${APPLICATION}' AND wait_event = 'PgSleep'`,
  );
  return rows.length === 1;
}

async function expectNoBusyBackend(): Promise<void> {
  await eventually(async () => (await busyBackends()) === 0);
}

describe('ending early', () => {
  it('by leaving the loop cancels the query on the server', async () => {
    const stream = await open().open(tableQuery('public.big'), never());
    for await (const batch of stream.batches) {
      expect(batch.numRows).toBe(8192);
      expect(await busyBackends()).toBe(1);
      break;
    }
    await expectNoBusyBackend();
    expect(() => stream.serverRowCount()).toThrow(ConsistencyError);
  });

  it('by the signal ends a read that waits for the server', async () => {
    const abort = new AbortController();
    const stream = await open().open(sqlQuery('SELECT pg_sleep(600)'), abort.signal);
    const reading = stream.batches[Symbol.asyncIterator]().next();
    await eventually(async () => (await busyBackends()) === 1);
    abort.abort(new Error('deadline'));
    await expect(reading).rejects.toThrow('deadline');
    await expectNoBusyBackend();
  });

  it('by the signal cancels although the consumer does not come back', async () => {
    const abort = new AbortController();
    const stream = await open().open(tableQuery('public.big'), abort.signal);
    const iterator = stream.batches[Symbol.asyncIterator]();
    await iterator.next();
    abort.abort(new Error('deadline'));
    await expectNoBusyBackend();
    const rest = async (): Promise<void> => {
      while (!(await iterator.next()).done);
    };
    await expect(rest()).rejects.toThrow('deadline');
  });

  it('by the signal while the table is being opened', async () => {
    await db.query('CREATE TABLE held (a int)');
    const holder = await connectWriter(db);
    await holder.query('BEGIN; LOCK TABLE held');
    const abort = new AbortController();
    const opening = open().open(tableQuery('public.held'), abort.signal);
    await eventually(async () => (await busyBackends()) === 1);
    abort.abort(new Error('deadline'));
    await expect(opening).rejects.toThrow('deadline');
    await expectNoBusyBackend();
    await holder.end();
  });

  it('by the signal while the connection is being made', async () => {
    proxy = await startTcpProxy(db);
    proxy.stall();
    const abort = new AbortController();
    const opening = expect(open().open(tableQuery('public.big'), abort.signal)).rejects.toThrow('deadline');
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort.abort(new Error('deadline'));
    await opening;
  });

  it('by the signal gives back a connection that is made too late', async () => {
    const abort = new AbortController();
    const own = open({ maxConnections: 1 });
    const opening = expect(own.open(tableQuery('public.big'), abort.signal)).rejects.toThrow('deadline');
    abort.abort(new Error('deadline'));
    await opening;
    expect((await land(own, sqlQuery('SELECT 1'))).rows).toBe(1);
  });

  it('with a signal that is aborted already opens nothing', async () => {
    await expect(open().open(tableQuery('public.big'), AbortSignal.abort(new Error('deadline')))).rejects.toThrow(
      'deadline',
    );
  });

  it('by closing the source cancels an open stream, and nothing opens any more', async () => {
    const own = open();
    const stream = await own.open(tableQuery('public.big'), never());
    const iterator = stream.batches[Symbol.asyncIterator]();
    await iterator.next();
    await own.close();
    await expectNoBusyBackend();
    await expect(own.open(tableQuery('public.big'), never())).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
  });

  it('gives the connection slot back for the next stream', async () => {
    const own = open({ maxConnections: 2 });
    for (let i = 0; i < 5; i++) {
      const stream = await own.open(tableQuery('public.big'), never());
      for await (const _ of stream.batches) break;
    }
    expect((await land(own, sqlQuery('SELECT 1'))).rows).toBe(1);
  });
});

describe('a connection that breaks', () => {
  it('is transient when the backend is terminated mid-stream', async () => {
    const stream = await open().open(tableQuery('public.big'), never());
    const reading = async (): Promise<void> => {
      let first = true;
      for await (const _ of stream.batches) {
        if (first)
          await db.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${APPLICATION}'`,
          );
        first = false;
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: 'transient' });
    expect((await land(source, sqlQuery('SELECT 1'))).rows).toBe(1);
  });

  it('is transient when the network resets it mid-stream', async () => {
    proxy = await startTcpProxy(db);
    const stream = await open().open(tableQuery('public.big'), never());
    const reading = async (): Promise<void> => {
      for await (const _ of stream.batches) proxy!.cut();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: 'transient' });
    await expectNoBusyBackend();
  });

  it('is transient when another session cancels the query', async () => {
    const stream = await open().open(sqlQuery('SELECT pg_sleep(600)'), never());
    const reading = stream.batches[Symbol.asyncIterator]().next();
    const refused = expect(reading).rejects.toMatchObject({ code: 'QUERY_CANCELED', retry: 'transient' });
    await eventually(isAsleep);
    await db.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = '${APPLICATION}'`);
    await refused;
  });

  it('is transient and ends in time when the server falls silent', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    const stalled = landingError(open({ stallTimeoutMs: STALL_MS }), sqlQuery('SELECT pg_sleep(600)'));
    await eventually(isAsleep);
    await silence.elapse();
    expect(await stalled).toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await expectNoBusyBackend();
  });

  it('is dropped when not even the cancellation comes through', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    using patience = new EarlyTimeouts(CANCEL_MS);
    proxy = await startTcpProxy(db);
    const own = open({ stallTimeoutMs: STALL_MS, cancelTimeoutMs: CANCEL_MS });
    const stream = await own.open(tableQuery('public.big'), never());
    const reading = async (): Promise<void> => {
      for await (const _ of stream.batches) proxy!.stall();
    };
    const refused = expect(reading()).rejects.toMatchObject({ code: 'SOURCE_STALLED' });
    await eventually(() => proxy!.isStalled());
    await silence.elapse();
    await patience.elapse();
    await refused;
    await expectNoBusyBackend();
  });
});

describe('what the server counts', () => {
  it('must equal the rows that arrived', async () => {
    proxy = await startTcpProxy(db, (chunk) =>
      Buffer.from(chunk.toString('latin1').replace('COPY 7\0', 'COPY 8\0'), 'latin1'),
    );
    const error = await landingError(open(), sqlQuery('SELECT generate_series(1, 7) AS i'));
    expect(error).toBeInstanceOf(ConsistencyError);
    expect(error).toMatchObject({ code: 'ROW_COUNT_DIFFERS', retry: 'once' });
    expect((error as Error).message).toBe('Failed reading custom: 7 rows arrived, the server counts 8.');
  });

  it('is known after the end only', async () => {
    const stream = await open().open(tableQuery('public.big'), never());
    expect(() => stream.serverRowCount()).toThrow(/not known yet/);
    let rows = 0;
    for await (const batch of stream.batches) rows += batch.numRows;
    expect([rows, stream.serverRowCount()]).toEqual([ROWS, ROWS]);
  });
});

describe('a slow consumer', () => {
  it('pauses the socket: little is read ahead', async () => {
    proxy = await startTcpProxy(db);
    const stream = await open().open(tableQuery('public.big'), never());
    let rows = 0;
    for await (const batch of stream.batches as AsyncIterable<RecordBatch>) {
      if (rows === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
      if (rows === 0) expect(proxy.bytesDown()).toBeLessThan(16 * 1024 * 1024);
      rows += batch.numRows;
    }
    expect(rows).toBe(ROWS);
    expect(proxy.bytesDown()).toBeGreaterThan(ROWS * 128);
  });
});
