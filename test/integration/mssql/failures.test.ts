import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LandfallError, SourceError } from '../../../shared/core/errors.ts';
import type { MssqlConnectionOptions, MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source } from '../../../shared/source/source.ts';
import { EarlyTimeouts } from '../../support/early-timeouts.ts';
import { eventually } from '../../support/eventually.ts';
import { colMetadata, done, doneInProc, error, row } from '../../support/tds/tokens.ts';
import type { WireColumn } from '../../support/tds/wire-types.ts';
import type { TdsServer } from '../../support/tds-server/tds-server.ts';
import { BIG_DATABASE } from './big-table.ts';
import { land, landingError } from './reading.ts';
import { openSessions, PASSWORD, sourceOf, sqlQuery, startWireServer, tableQuery } from './wire-server.ts';

const SMALL = tableQuery('dbo.small');
const CONNECT_MS = 120_003;
const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int' } },
  { name: 'text', type: { kind: 'varchar', length: 'max' } },
];
const ROW = row(COLUMNS, ['7', 'y'.repeat(2_000)]);
const refusal = (number: number, severity: number, message: string): Uint8Array[] => [
  error({ number, class: severity, state: 1, message }),
  done({ error: true }),
];

let server: TdsServer;
let source: Source | undefined;

beforeAll(async () => {
  server = await startWireServer({
    ...BIG_DATABASE,
    queries: {
      'no result': () => [done({ rowCount: 3, command: 0xc5 })],
      'two results': () => [
        colMetadata(COLUMNS),
        ROW,
        done({ rowCount: 1, more: true }),
        colMetadata(COLUMNS),
        done({ rowCount: 0 }),
      ],
      'no count': () => [colMetadata(COLUMNS), ROW, done()],
      'long value': () => [colMetadata(COLUMNS), ROW, done({ rowCount: 1 })],
      'no snapshot': () => refusal(3952, 16, "Snapshot isolation transaction failed accessing database 'shop'."),
      'no column': () => refusal(207, 16, "Invalid column name 'x'."),
      'no syntax': () => refusal(102, 15, "Incorrect syntax near 'SELEKT'."),
      'several errors': () => [
        error({ number: 208, class: 16, message: "Invalid object name 'a'." }),
        error({ number: 3621, class: 0, message: 'The statement has been terminated.' }),
        done({ error: true }),
      ],
      'unsaid error': () => [colMetadata(COLUMNS), ROW, doneInProc({ rowCount: 1, error: true, more: true }), done()],
    },
  });
});

afterEach(async () => {
  await source?.close();
  source = undefined;
  await eventually(() => openSessions(server) === 0);
  expect([server.faults.pending, server.problems]).toEqual([0, []]);
});

afterAll(async () => await server?.close());

function open(
  connection: Partial<MssqlConnectionOptions> = {},
  options: Omit<MssqlSourceOptions, 'connection'> = {},
): Source {
  source = sourceOf(server, connection, options);
  return source;
}

describe('a login that is refused', () => {
  it('is permanent for a wrong password, tried once, and does not tell it', async () => {
    const before = server.sessions.length;
    const failure = (await landingError(open({ password: 'wrong-horse' }), SMALL)) as SourceError;
    expect(failure).toBeInstanceOf(SourceError);
    expect(failure).toMatchObject({ code: 'LOGIN_REFUSED', retry: 'permanent' });
    expect(failure.message).toMatch(
      /^Failed reading dbo\.small: Login failed for user 'reader'.*18456.*state \d+.*class 14/,
    );
    expect(JSON.stringify([failure.message, failure.remedy, failure.cause])).not.toContain('wrong-horse');
    expect(server.sessions).toHaveLength(before + 1);
  });

  it('is told by its reason for a database that cannot be opened', async () => {
    const failure = (await landingError(open({ database: 'nowhere' }), SMALL)) as SourceError;
    expect(failure.message).toMatch(/Cannot open database "nowhere".*4060/);
    expect(failure.message).toMatch(/Login failed for user 'reader'.*18456/);
    expect(failure.code).toBe('DATABASE_NOT_FOUND');
    expect(JSON.stringify(failure)).not.toContain(PASSWORD);
  });

  it.each([
    [40613, 17, 'transient'],
    [18487, 14, 'permanent'],
  ])('with %i of class %i is %s, and tedious does not try again', async (number, severity, retry) => {
    server.faults.refuseLogins(1, { number, class: severity, message: 'Refused for now.' });
    const before = server.sessions.length;
    const failure = await landingError(open(), SMALL);
    expect(failure).toMatchObject({ name: 'SourceError', retry, message: expect.stringContaining(`${number}`) });
    expect(server.sessions).toHaveLength(before + 1);
  });

  it('does not keep the next one from being tried', async () => {
    server.faults.refuseLogins(1, { number: 40613, class: 17, message: 'Not available.' });
    await landingError(open(), SMALL);
    expect((await land(source!, SMALL)).rows).toBe(10);
  });
});

describe('a server that cannot be reached', () => {
  it('is transient when nobody listens or the name is unknown', async () => {
    expect(await landingError(open({ port: 1 }), SMALL)).toMatchObject({
      code: 'HOST_UNREACHABLE',
      retry: 'transient',
    });
    await source!.close();
    const failure = await landingError(open({ host: 'no-such-host.invalid' }), SMALL);
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', retry: 'transient' });
  });

  it('is transient when it resets the connection', async () => {
    server.faults.refuseConnections(1);
    expect(await landingError(open(), SMALL)).toMatchObject({ name: 'SourceError', retry: 'transient' });
  });

  it.each([0, 1])('is transient and ends in time when it accepts and says nothing (%i)', async (step) => {
    const silent = createServer();
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    if (step === 1) server.faults.stallLogin();
    const { port } = step === 1 ? server : (silent.address() as { port: number });
    using patience = new EarlyTimeouts(CONNECT_MS);
    const refused = landingError(open({ port }, { connectTimeoutMs: CONNECT_MS }), SMALL);
    await eventually(() => (step === 1 ? server.faults.pending === 0 : sockets.length === 1));
    await patience.elapse();
    const failure = await refused;
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', retry: 'transient' });
  });

  it('is connected anew after it dropped a connection that nobody used', async () => {
    await land(open(), SMALL);
    server.dropConnections();
    await eventually(() => openSessions(server) === 0);
    expect((await land(source!, SMALL)).rows).toBe(10);
  });
});

describe('a query that gives no rows to land', () => {
  it.each([
    ['no result', 'NO_COLUMNS', 'permanent', /gives no result with columns/],
    ['two results', 'MULTIPLE_RESULTS', 'permanent', /more than one result/],
    ['no count', 'ROW_COUNT_MISSING', 'permanent', /did not say how many rows/],
    ['no snapshot', 'ISOLATION_REFUSED', 'permanent', /3952/],
    [
      'no column',
      'COLUMN_NOT_FOUND',
      'permanent',
      /Invalid column name 'x' \(SQL Server error 207, state 1, class 16\)/,
    ],
    ['no syntax', 'SYNTAX_ERROR', 'permanent', /102/],
    ['several errors', 'TABLE_NOT_FOUND', 'permanent', /208.*3621/],
    ['unsaid error', 'SERVER_ERROR', 'transient', /without saying why/],
    ['whatever', 'TABLE_NOT_FOUND', 'permanent', /208/],
  ])('%s is %s', async (sql, code, retry, message) => {
    const failure = (await landingError(open(), sqlQuery(sql))) as LandfallError;
    expect(failure).toMatchObject({ code, retry });
    expect(failure.message).toMatch(message);
    expect(failure.remedy).toBeTruthy();
    await eventually(() => openSessions(server) === 0);
    expect((await land(source!, SMALL)).rows).toBe(10);
  });

  it('refuses a value beyond the limit by its column', async () => {
    const failure = await landingError(open({}, { maxValueBytes: 1_999 }), sqlQuery('long value'));
    expect(failure).toMatchObject({ code: 'VALUE_TOO_LARGE', retry: 'permanent' });
    expect((failure as Error).message).toContain('"text"');
    expect((failure as Error).message).toContain('2000 bytes');
    expect((await land(open({}, { maxValueBytes: 2_000 }), sqlQuery('long value'))).rows).toBe(1);
  });

  it('is refused in the catalog as clearly as in the table', async () => {
    const denied = { number: 229, class: 14, message: 'The SELECT permission was denied.' };
    server.faults.failAfterRows(0, denied, { matching: /sys\.indexes/ });
    const failure = await landingError(open(), SMALL);
    expect(failure).toMatchObject({ code: 'PERMISSION_DENIED', retry: 'permanent' });
  });
});
