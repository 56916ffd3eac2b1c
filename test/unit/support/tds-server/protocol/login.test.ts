import { afterEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'tedious';
import { eventually } from '../../../../support/eventually.ts';
import { CA_PEM, CERTIFICATE, called, LOGIN, run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
afterEach(async () => {
  await rig.close();
});

const VERIFIED = { encrypt: true, trustServerCertificate: false, cryptoCredentialsDetails: { ca: CA_PEM } };

/** What the server says while a login fails. */
async function refusal(connection: Connection) {
  const messages: { number: number; state: number; class: number; message: string }[] = [];
  connection.on('errorMessage', (message) => messages.push(message));
  const error = await called((done) => connection.connect(done)).then(
    () => undefined,
    (thrown: Error & { code?: string }) => thrown,
  );
  return { error, messages: messages.map(({ number, state, class: severity }) => [number, state, severity]) };
}

describe('a connection', () => {
  it('is told apart by what its login says', async () => {
    const server = await rig.server();
    await rig.connect(server, { appName: 'landfall/0.1/shop/orders', workstationId: 'w1', readOnlyIntent: true });
    await rig.connect(server, { appName: 'other' });
    expect(server.sessions).toMatchObject([
      { user: 'reader', database: 'shop', appName: 'landfall/0.1/shop/orders', hostName: 'w1', readOnlyIntent: true },
      { user: 'reader', database: 'shop', appName: 'other', readOnlyIntent: false },
    ]);
    expect(server.sessions.map(({ open, loggedIn, encrypted }) => [open, loggedIn, encrypted])).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
    expect(server.problems).toEqual([]);
  });

  it('is seen to close', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    connection.close();
    await eventually(() => !server.sessions[0]!.open);
    expect(server.sessions[0]).toMatchObject({ loggedIn: true, open: false });
  });

  it('comes to the default database, to another one, and whatever the case of its letters', async () => {
    const server = await rig.server();
    const changes: string[] = [];
    for (const database of ['', 'ARCHIVE', 'Shop']) {
      const connection = rig.connection(server, { database });
      connection.on('databaseChange', (name) => changes.push(name as string));
      await called((done) => connection.connect(done));
    }
    expect(changes).toEqual(['shop', 'archive', 'shop']);
    expect(server.sessions.map(({ database }) => database)).toEqual(['shop', 'archive', 'shop']);
  });

  it('hears of database, language and collation, in the messages of SQL Server', async () => {
    const server = await rig.server();
    const connection = rig.connection(server);
    const said: number[] = [];
    connection.on('infoMessage', ({ number }) => said.push(number));
    await called((done) => connection.connect(done));
    expect(said).toEqual([5701, 5703]);
    expect((connection as unknown as { databaseCollation: { codepage: string } }).databaseCollation.codepage).toBe(
      'CP1252',
    );
  });
});

describe('encryption', () => {
  it('is verified against the authority and carries every request', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    const connection = await rig.connect(server, VERIFIED);
    const { rows, error } = await run(connection, 'SELECT id');
    expect({ rows, error }).toEqual({ rows: [[1], [2], [3]], error: undefined });
    expect(server.sessions[0]).toMatchObject({ encrypted: true, loggedIn: true });
  });

  it('does not start with a certificate of an unknown authority, and the server minds no such client', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    const attempt = rig.connect(server, { encrypt: true, trustServerCertificate: false });
    await expect(attempt).rejects.toThrow(/certificate|unable to verify/);
    await eventually(() => !server.sessions[0]!.open);
    expect(server.sessions[0]!.loggedIn).toBe(false);
    expect(server.problems).toEqual([]);
    await expect(rig.connect(server, VERIFIED)).resolves.toBeDefined();
  });

  it('fails for a name that the certificate does not bear', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    await expect(rig.connect(server, { ...VERIFIED, serverName: 'db.example.com' })).rejects.toThrow(/does not match/);
  });

  it('is not forced on a client that does without, unless required', async () => {
    const available = await rig.server({ tls: CERTIFICATE });
    await rig.connect(available, { encrypt: false });
    expect(available.sessions[0]!.encrypted).toBe(false);
    const required = await rig.server({ tls: { ...CERTIFICATE, required: true } });
    await expect(rig.connect(required, { encrypt: false })).rejects.toThrow(/Server requires encryption/);
  });

  it('is not offered by a server without a certificate', async () => {
    const server = await rig.server();
    await expect(rig.connect(server, VERIFIED)).rejects.toThrow(/did not negotiate encryption/);
  });

  it('starts every time', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    for (let round = 0; round < 10; round++) {
      const pair = [rig.connect(server, VERIFIED), rig.connect(server, VERIFIED)];
      for (const connection of await Promise.all(pair)) connection.close();
    }
    expect(server.sessions).toHaveLength(20);
    expect(server.sessions.every(({ loggedIn, encrypted }) => loggedIn && encrypted)).toBe(true);
  });
});

describe('a login that fails', () => {
  it('says 18456 of a wrong password and of a stranger, and no more', async () => {
    const server = await rig.server();
    for (const login of [
      { ...LOGIN, password: 'wrong' },
      { ...LOGIN, user: 'stranger' },
    ]) {
      const { error, messages } = await refusal(rig.connection(server, {}, login));
      expect(error).toMatchObject({ code: 'ELOGIN', message: `Login failed for user '${login.user}'.` });
      expect(messages).toEqual([[18456, 1, 14]]);
    }
    await eventually(() => server.sessions.every(({ open }) => !open));
    expect(server.sessions.map(({ loggedIn }) => loggedIn)).toEqual([false, false]);
  });

  it('says 4060 of an unknown database, then 18456', async () => {
    const server = await rig.server({ tls: CERTIFICATE });
    const { error, messages } = await refusal(rig.connection(server, { ...VERIFIED, database: 'nowhere' }));
    expect(error).toMatchObject({ code: 'ELOGIN' });
    expect(messages).toEqual([
      [4060, 1, 11],
      [18456, 1, 14],
    ]);
  });

  it('can be ordered by a test, so many times, with any error', async () => {
    const server = await rig.server();
    server.faults.refuseLogins(1);
    server.faults.refuseLogins(1, { number: 18401, class: 14, state: 1, message: 'Script upgrade mode.' });
    expect(server.faults.pending).toBe(2);
    const options = { maxRetriesOnTransientErrors: 0 };
    expect((await refusal(rig.connection(server, options))).messages).toEqual([[18456, 1, 14]]);
    expect((await refusal(rig.connection(server, options))).messages).toEqual([[18401, 1, 14]]);
    expect((await refusal(rig.connection(server, options))).error).toBeUndefined();
    expect(server.faults.pending).toBe(0);
  });

  it('can be left without an answer, or without a connection', async () => {
    const server = await rig.server();
    server.faults.stallLogin();
    await expect(rig.connect(server, { connectTimeout: 200 })).rejects.toThrow(/Failed to connect .* in 200ms/);
    await eventually(() => !server.sessions[0]!.open);
    server.faults.refuseConnections(1);
    await expect(rig.connect(server)).rejects.toMatchObject({ code: 'ESOCKET' });
    await expect(rig.connect(server)).resolves.toBeDefined();
  });
});
