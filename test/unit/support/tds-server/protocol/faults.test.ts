import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../../support/eventually.ts';
import { CA_PEM, CERTIFICATE, ids, run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
afterEach(async () => {
  await rig.close();
});

const ROWS = 20;
const COLUMN_NAMES_BYTES = [...ids(0)][0]!.length;
const ROW_BYTES = 6;

/** A server of 20 rows and a connection to it. */
async function connected(tls = false) {
  const server = await rig.server({ answer: () => ids(ROWS), tls: tls && CERTIFICATE });
  const options = tls ? { encrypt: true, cryptoCredentialsDetails: { ca: CA_PEM } } : {};
  return { server, faults: server.faults, connection: await rig.connect(server, options) };
}

describe('a connection that is cut', () => {
  it.each([
    ['fin', false],
    ['rst', false],
    ['fin', true],
    ['rst', true],
  ] as const)('by %s (TLS: %s) leaves exactly the rows before', async (how, tls) => {
    const { server, faults, connection } = await connected(tls);
    faults.cutAfterRows(7, how);
    const { rows, error } = await run(connection, 'SELECT id');
    expect(rows).toHaveLength(7);
    expect(error?.code).toBe('ECONNRESET');
    await eventually(() => !server.sessions[0]!.open);
    expect(faults.pending).toBe(0);
    expect(
      await run(await rig.connect(server, tls ? { encrypt: true, trustServerCertificate: true } : {}), 'SELECT id'),
    ).toMatchObject({
      rowCount: ROWS,
    });
  });

  it.each([
    [COLUMN_NAMES_BYTES, 0],
    [COLUMN_NAMES_BYTES + 3 * ROW_BYTES - 1, 2],
    [COLUMN_NAMES_BYTES + 3 * ROW_BYTES, 3],
    [1, 0],
  ])('behind byte %i leaves %i rows', async (bytes, left) => {
    const { faults, connection } = await connected();
    faults.cutAfterBytes(bytes);
    const { rows, error } = await run(connection, 'SELECT id');
    expect(rows).toHaveLength(left);
    expect(error).toBeDefined();
  });

  it('before the first row, and behind the last but before DONE', async () => {
    for (const rows of [0, ROWS]) {
      const { faults, connection } = await connected();
      faults.cutAfterRows(rows);
      const outcome = await run(connection, 'SELECT id');
      expect([outcome.rows.length, outcome.doneCounts, outcome.error !== undefined]).toEqual([rows, [], true]);
    }
  });

  it('because its session is killed hears error 596 first', async () => {
    const { server, faults, connection } = await connected();
    const numbers: number[] = [];
    connection.on('errorMessage', ({ number }) => numbers.push(number));
    faults.killAfterRows(4);
    const { rows, error } = await run(connection, 'SELECT id');
    expect([rows.length, numbers, error?.number]).toEqual([4, [596], 596]);
    await eventually(() => !server.sessions[0]!.open);
    expect((await run(connection, 'SELECT id')).error).toBeDefined();
  });

  it('with all the others, when the server crashes', async () => {
    const { server, connection } = await connected();
    const other = await rig.connect(server);
    server.dropConnections();
    await eventually(() => server.sessions.every(({ open }) => !open));
    for (const each of [connection, other]) expect((await run(each, 'SELECT id')).error).toBeDefined();
  });
});

describe('an answer that goes wrong', () => {
  it('as a deadlock victim: rows, error 1205, and the connection goes on', async () => {
    const { faults, connection } = await connected();
    faults.deadlockAfterRows(5);
    const { rows, error, doneCounts } = await run(connection, 'SELECT id');
    expect(rows).toHaveLength(5);
    expect(error).toMatchObject({ number: 1205, class: 13, state: 51 });
    expect(doneCounts).toEqual([undefined]);
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: ROWS });
  });

  it('with rows behind the error', async () => {
    const { faults, connection } = await connected();
    faults.rowsBehindErrorAfterRows(5, { number: 3961, message: 'Snapshot isolation failed.' });
    const { rows, error } = await run(connection, 'SELECT id');
    expect([rows.length, error?.number]).toEqual([ROWS, 3961]);
  });

  it('with tokens between its rows', async () => {
    const { faults, connection } = await connected();
    faults.insertAfterRows(5, Buffer.concat([...ids(2)].slice(1)));
    const { rows, doneCounts } = await run(connection, 'SELECT id');
    expect([rows.length, doneCounts]).toEqual([ROWS + 2, [2, ROWS]]);
  });

  it('that ends at a token without DONE', async () => {
    const { faults, connection } = await connected();
    faults.endAfterRows(6);
    expect(await run(connection, 'a')).toMatchObject({ rows: { length: 6 }, doneCounts: [], error: undefined });
    faults.endWithoutDone();
    expect(await run(connection, 'b')).toMatchObject({ rows: { length: ROWS }, doneCounts: [], error: undefined });
    expect(await run(connection, 'c')).toMatchObject({ doneCounts: [ROWS] });
  });

  it('that has lost a row, though its count has not', async () => {
    const { faults, connection } = await connected();
    faults.loseRow(3);
    const { rows, doneCounts } = await run(connection, 'SELECT id');
    expect([rows.length, doneCounts]).toEqual([ROWS - 1, [ROWS]]);
    expect(rows.map(([id]) => id)).not.toContain(4);
  });

  it('by stalling, until it is cancelled', async () => {
    const { server, faults, connection } = await connected();
    faults.stallAfterRows(8);
    const { rows, error } = await run(connection, 'SELECT id', {
      onRow: (request, count) => count === 8 && setTimeout(() => request.cancel(), 200),
    });
    expect([rows.length, error?.code]).toEqual([8, 'ECANCEL']);
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: ROWS });
    expect(server.sessions[0]).toMatchObject({ attentions: 1, open: true });
  });

  it('by stalling and not being cancelled either', async () => {
    const { server, faults } = await connected();
    const connection = await rig.connect(server, { cancelTimeout: 200 });
    faults.stallAfterRows(8);
    faults.ignoreAttention();
    const { error } = await run(connection, 'SELECT id', { onRow: (request, rows) => rows === 8 && request.cancel() });
    expect(error).toMatchObject({ code: 'ETIMEOUT' });
    await eventually(() => !server.sessions[1]!.open);
    expect(server.faults.met).toEqual(['stall after 8 rows', 'attention ignored']);
  });

  it('by dripping', async () => {
    const { faults, connection } = await connected();
    faults.drip(10, 5);
    const started = performance.now();
    expect(await run(connection, 'SELECT id')).toMatchObject({ rows: { length: ROWS }, doneCounts: [ROWS] });
    expect(performance.now() - started).toBeGreaterThan(100);
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: ROWS });
  });
});

describe('a fault', () => {
  it('meets the requests it is aimed at, so many times', async () => {
    const { faults, connection } = await connected();
    faults.deadlockAfterRows(1, { matching: /orders/, times: 2 });
    const numbers: (number | undefined)[] = [];
    for (const sql of ['SELECT a', 'SELECT orders', 'SELECT b', 'SELECT orders', 'SELECT orders']) {
      numbers.push((await run(connection, sql)).error?.number);
    }
    expect(numbers).toEqual([undefined, 1205, undefined, 1205, undefined]);
    expect(faults.met).toEqual(['error 1205 after 1 rows', 'error 1205 after 1 rows']);
    faults.stallAfterRows(1);
    faults.clear();
    expect(faults.pending).toBe(0);
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: ROWS });
  });

  it('counts the rows of a piece that has several', async () => {
    const server = await rig.server({
      *answer() {
        const [names, ...tokens] = ids(ROWS);
        yield names!;
        for (let at = 0; at < ROWS; at += 5) yield { bytes: Buffer.concat(tokens.slice(at, at + 5)), rows: 5 };
        yield tokens.at(-1)!;
      },
    });
    server.faults.cutAfterRows(10);
    expect((await run(await rig.connect(server), 'SELECT id')).rows).toHaveLength(10);
  });
});
