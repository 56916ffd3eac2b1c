import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsistencyError } from '../../../shared/core/errors.ts';
import type { MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source, TableStream } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { letSettle } from '../../support/let-settle.ts';
import type { TdsServer, TdsSession } from '../../support/tds-server/tds-server.ts';
import { BIG_DATABASE, countedRows, wideTable } from './big-table.ts';
import { land, rest } from './reading.ts';
import { openSessions, sourceOf, sqlQuery, startWireServer, tableQuery } from './wire-server.ts';

const endless = { rows: 0 };
const counted = { rows: 0 };
const BIG = tableQuery('dbo.big');
/** More than a batch and all buffers on the way hold, so that there is something to cancel. */
const BIG_ROWS = 6_000;

let server: TdsServer;
let source: Source;

beforeAll(async () => {
  const queries = { ...BIG_DATABASE.queries, endless: countedRows(endless), counted: countedRows(counted, 40_000) };
  const tables = { ...BIG_DATABASE.tables, '[dbo].[big]': wideTable(BIG_ROWS) };
  server = await startWireServer({ tables, queries });
});

afterEach(async () => {
  await source.close();
  await eventually(() => openSessions(server) === 0);
  expect([server.faults.pending, server.problems]).toEqual([0, []]);
});

afterAll(async () => await server?.close());

function open(options: Omit<MssqlSourceOptions, 'connection'> = {}): Source {
  source = sourceOf(server, {}, options);
  return source;
}

const never = (): AbortSignal => new AbortController().signal;
const lastSession = (): TdsSession => server.sessions.at(-1)!;
const gone = async (): Promise<void> => await eventually(() => openSessions(server) === 0);

async function drain(stream: TableStream): Promise<void> {
  for await (const _ of stream.batches);
}

describe('ending early', () => {
  it('by leaving the loop sends an attention and drops the connection', async () => {
    const stream = await open().open(sqlQuery('endless'), never());
    for await (const batch of stream.batches) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    await gone();
    expect(lastSession().attentions).toBe(1);
    const { rows } = endless;
    await rest(50);
    expect(endless.rows).toBe(rows);
    expect(() => stream.serverRowCount()).toThrow(ConsistencyError);
  });

  it('with the last full batch, when all has come, needs no attention', async () => {
    const stream = await open({ batchRows: 4 }).open(tableQuery('dbo.small'), never());
    for await (const _ of stream.batches) {
      await letSettle();
      break;
    }
    await gone();
    expect(() => stream.serverRowCount()).toThrow(ConsistencyError);
  });

  it('by the signal ends a read that waits for rows', async () => {
    server.faults.stallAfterRows(5, { matching: /big/ });
    const abort = new AbortController();
    const stream = await open().open(BIG, abort.signal);
    const reading = expect(drain(stream)).rejects.toThrow('deadline');
    await eventually(() => server.faults.pending === 0);
    abort.abort(new Error('deadline'));
    await reading;
    await gone();
    expect(lastSession().attentions).toBe(1);
  });

  it('by the signal cancels although the consumer does not come back', async () => {
    const abort = new AbortController();
    const stream = await open().open(BIG, abort.signal);
    const iterator = stream.batches[Symbol.asyncIterator]();
    await iterator.next();
    abort.abort(new Error('deadline'));
    await gone();
    expect(lastSession().attentions).toBe(1);
    await expect(drain(stream)).rejects.toThrow('deadline');
  });

  it('by the signal before anything was read cancels too', async () => {
    const abort = new AbortController();
    const stream = await open().open(BIG, abort.signal);
    abort.abort(new Error('deadline'));
    await gone();
    await expect(drain(stream)).rejects.toThrow('deadline');
  });

  it('by the signal after the end changes nothing', async () => {
    const abort = new AbortController();
    const stream = await open().open(tableQuery('dbo.small'), abort.signal);
    await drain(stream);
    abort.abort(new Error('deadline'));
    await rest(20);
    expect([stream.serverRowCount(), openSessions(server)]).toEqual([10, 1]);
  });

  it('of one stream leaves the other alone', async () => {
    const abort = new AbortController();
    const [first, second] = [await open().open(BIG, abort.signal), await source.open(BIG, never())];
    abort.abort(new Error('deadline'));
    await expect(drain(first)).rejects.toThrow('deadline');
    await drain(second);
    expect([second.serverRowCount(), openSessions(server)]).toEqual([BIG_ROWS, 1]);
  });

  it('gives the place back for the next stream', async () => {
    open({ maxConnections: 1 });
    for (let i = 0; i < 4; i++) {
      const stream = await source.open(BIG, never());
      for await (const _ of stream.batches) break;
    }
    expect((await land(source, tableQuery('dbo.small'))).rows).toBe(10);
  });
});

describe('a cancellation that is never acknowledged', () => {
  it('ends in time, and the connection is gone', async () => {
    server.faults.ignoreAttention({ matching: /endless/ });
    const stream = await open({ cancelTimeoutMs: 200 }).open(sqlQuery('endless'), never());
    const started = performance.now();
    for await (const _ of stream.batches) break;
    expect(performance.now() - started).toBeGreaterThanOrEqual(195);
    await gone();
  });
});

describe('a signal while the table is being opened', () => {
  it('that is aborted already connects nothing', async () => {
    const before = server.sessions.length;
    await expect(open().open(BIG, AbortSignal.abort(new Error('deadline')))).rejects.toThrow('deadline');
    expect(server.sessions).toHaveLength(before);
  });

  it.each([
    ['the catalog', /sys\.indexes/, BIG],
    ['the isolation', /snapshot_isolation_state/, BIG],
  ])('ends the wait for %s', async (_, matching, query) => {
    server.faults.stallAfterRows(0, { matching });
    const abort = new AbortController();
    const opening = expect(open().open(query, abort.signal)).rejects.toThrow('deadline');
    await eventually(() => server.faults.pending === 0);
    abort.abort(new Error('deadline'));
    await opening;
    await gone();
    expect(lastSession().attentions).toBe(1);
  });

  it('ends the wait for the columns', async () => {
    const abort = new AbortController();
    const opening = expect(open().open(sqlQuery('no answer'), abort.signal)).rejects.toThrow('deadline');
    await eventually(() => server.sessions.at(-1)?.requests.at(-1)?.sql === 'no answer');
    abort.abort(new Error('deadline'));
    await opening;
    await gone();
    expect(lastSession().attentions).toBe(1);
  });

  it('ends the wait for the login', async () => {
    server.faults.stallLogin();
    const abort = new AbortController();
    const opening = expect(open().open(BIG, abort.signal)).rejects.toThrow('deadline');
    await eventually(() => server.faults.pending === 0);
    abort.abort(new Error('deadline'));
    await opening;
  });

  it('gives back a connection that is made too late', async () => {
    const abort = new AbortController();
    open({ maxConnections: 1 });
    const opening = expect(source.open(BIG, abort.signal)).rejects.toThrow('deadline');
    abort.abort(new Error('deadline'));
    await opening;
    expect((await land(source, tableQuery('dbo.small'))).rows).toBe(10);
  });
});

describe('closing the source', () => {
  it('cancels an open stream, and nothing opens any more', async () => {
    const stream = await open().open(BIG, never());
    const iterator = stream.batches[Symbol.asyncIterator]();
    await iterator.next();
    await source.close();
    await gone();
    expect(lastSession().attentions).toBe(1);
    await expect(drain(stream)).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
    await expect(source.open(BIG, never())).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
  });

  it('does not wait for a login that does not come', async () => {
    server.faults.stallLogin();
    const own = open({ connectTimeoutMs: 300_000 });
    const opening = expect(own.open(BIG, never())).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
    await eventually(() => server.faults.pending === 0);
    await source.close();
    await opening;
    await gone();
  });

  it('does not wait for an acknowledgement that does not come', async () => {
    server.faults.ignoreAttention({ matching: /endless/ });
    await open({ cancelTimeoutMs: 200 }).open(sqlQuery('endless'), never());
    await source.close();
    await gone();
  });

  it('ends connections that nobody uses, and may be asked for twice', async () => {
    await land(open(), tableQuery('dbo.small'));
    expect(openSessions(server)).toBe(1);
    await source.close();
    await source.close();
    await gone();
  });
});

describe('a slow consumer', () => {
  it('holds the server back: little is read ahead', async () => {
    const stream = await open({ batchRows: 1_000 }).open(sqlQuery('counted'), never());
    let rows = 0;
    for await (const batch of stream.batches) {
      rows += batch.numRows;
      if (rows > 1_000) continue;
      for (let times = 0; times < 10; times++) await letSettle();
      // What two batches, the kernel's buffers on loopback and the streams in between hold.
      expect(counted.rows).toBeLessThan(16_000);
    }
    expect([rows, counted.rows]).toEqual([40_000, 40_000]);
  });
});
