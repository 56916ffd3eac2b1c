import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MssqlConnectionOptions } from '../../../shared/source/mssql/options.ts';
import type { TdsServer } from '../../support/tds-server/tds-server.ts';
import { wideTable } from './big-table.ts';
import { land, landingError } from './reading.ts';
import { sourceOf, startWireServer, TEST_CA, tableQuery } from './wire-server.ts';

const QUERY = tableQuery('dbo.t');
const DATABASE = { tables: { '[dbo].[t]': wideTable(5_000) } };

let encrypted: TdsServer;
let demanding: TdsServer;
let plain: TdsServer;

beforeAll(async () => {
  [encrypted, demanding, plain] = await Promise.all([
    startWireServer(DATABASE, { tls: true }),
    startWireServer(DATABASE, { tls: 'required' }),
    startWireServer(DATABASE),
  ]);
});

afterAll(async () => await Promise.all([encrypted?.close(), demanding?.close(), plain?.close()]));

/** Whether the connection that landed the whole table was encrypted. */
async function isEncrypted(server: TdsServer, connection: Partial<MssqlConnectionOptions>): Promise<boolean> {
  const source = sourceOf(server, connection);
  try {
    expect((await land(source, QUERY)).rows).toBe(5_000);
    return server.sessions.at(-1)!.encrypted;
  } finally {
    await source.close();
  }
}

async function refusal(server: TdsServer, connection: Partial<MssqlConnectionOptions>): Promise<unknown> {
  const source = sourceOf(server, connection);
  const error = await landingError(source, QUERY);
  await source.close();
  return error;
}

describe('verify-full', () => {
  it.each(['127.0.0.1', 'localhost'])('accepts the certificate of %s with its authority', async (host) => {
    expect(await isEncrypted(encrypted, { host, ssl: { mode: 'verify-full', caPem: TEST_CA } })).toBe(true);
  });

  it('refuses a certificate of an unknown authority, and says so', async () => {
    const error = await refusal(encrypted, { ssl: { mode: 'verify-full' } });
    expect(error).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent', remedy: expect.stringContaining('ssl.ca') });
    expect((error as Error).message).toMatch(/certificate/);
  });

  it('refuses a certificate of another host, and names it', async () => {
    const error = await refusal(encrypted, { host: '127.1', ssl: { mode: 'verify-full', caPem: TEST_CA } });
    expect(error).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent', message: expect.stringContaining('127.1') });
  });

  it('sends no password to a server that it does not trust', async () => {
    const before = encrypted.sessions.length;
    await refusal(encrypted, { ssl: { mode: 'verify-full' } });
    expect(encrypted.sessions.slice(before).map(({ user, loggedIn }) => [user, loggedIn])).toEqual([['', false]]);
  });
});

describe('other modes', () => {
  it('require encrypts without looking at the certificate', async () => {
    expect(await isEncrypted(demanding, { ssl: { mode: 'require' } })).toBe(true);
  });

  it('disable speaks plain text', async () => {
    expect(await isEncrypted(encrypted, { ssl: { mode: 'disable' } })).toBe(false);
  });

  it.each(['verify-full', 'require'] as const)('%s refuses a server without TLS', async (mode) => {
    expect(await refusal(plain, { ssl: { mode } })).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent' });
  });

  it('disable is refused by a server that demands encryption', async () => {
    expect(await refusal(demanding, { ssl: { mode: 'disable' } })).toMatchObject({
      code: 'TLS_REFUSED',
      retry: 'permanent',
    });
  });
});
