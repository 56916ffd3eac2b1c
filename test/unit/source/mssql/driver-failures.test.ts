import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Sequelize } from 'sequelize';
import tedious from 'tedious';
import { asSourceError } from '../../../../shared/source/mssql/errors.ts';
import { wrapped } from './server-error.ts';

function driverError(code: string | undefined, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });
}

describe('errors of the network below the driver’s ESOCKET', () => {
  it.each([
    ['ECONNREFUSED', 'HOST_UNREACHABLE', 'transient'],
    ['ENOTFOUND', 'HOST_UNREACHABLE', 'transient'],
    ['EAI_AGAIN', 'HOST_UNREACHABLE', 'transient'],
    ['EHOSTUNREACH', 'HOST_UNREACHABLE', 'transient'],
    ['ENETUNREACH', 'HOST_UNREACHABLE', 'transient'],
    ['EADDRNOTAVAIL', 'HOST_UNREACHABLE', 'transient'],
    ['ETIMEDOUT', 'HOST_UNREACHABLE', 'transient'],
    ['ECONNRESET', 'CONNECTION_LOST', 'transient'],
    ['EPIPE', 'CONNECTION_LOST', 'transient'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_REFUSED', 'permanent'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_REFUSED', 'permanent'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS_REFUSED', 'permanent'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS_REFUSED', 'permanent'],
    ['CERT_HAS_EXPIRED', 'TLS_REFUSED', 'permanent'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_REFUSED', 'permanent'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_REFUSED', 'permanent'],
    ['EPROTO', 'TLS_REFUSED', 'permanent'],
    ['EWHATEVER', 'CONNECTION_LOST', 'transient'],
  ])('%s is %s, %s', (socketCode, code, retry) => {
    const socket = driverError(socketCode, `connect ${socketCode}`);
    const single = driverError('ESOCKET', `Failed to connect to db:1433 - connect ${socketCode}`, socket);
    const several = driverError(
      'ESOCKET',
      'Failed to connect to db:1433 - Could not connect (sequence)',
      new AggregateError([socket, socket], 'Could not connect (sequence)'),
    );
    expect(asSourceError(wrapped(single), 'reading a.b')).toMatchObject({
      code,
      retry,
      message: `Failed reading a.b: Failed to connect to db:1433 - connect ${socketCode}.`,
    });
    expect(asSourceError(wrapped(several), 'reading a.b')).toMatchObject({
      code,
      retry,
      message: `Failed reading a.b: Failed to connect to db:1433 - Could not connect (sequence): connect ${socketCode}.`,
    });
  });
});

describe('errors of the driver and of Sequelize', () => {
  it.each([
    ['ETIMEOUT', 'Failed to connect to db:1433 in 15000ms', 'HOST_UNREACHABLE', 'transient'],
    ['ETIMEOUT', 'Timeout: Request failed to complete in 5ms', 'SOURCE_STALLED', 'transient'],
    ['ETIMEOUT', 'Failed to cancel request in 5000ms', 'CONNECTION_LOST', 'transient'],
    ['ECLOSE', 'Connection closed before request completed.', 'CONNECTION_LOST', 'transient'],
    ['ECANCEL', 'Canceled.', 'QUERY_CANCELED', 'transient'],
    ['EINVALIDSTATE', 'Requests can only be made in the LoggedIn state', 'CONNECTION_LOST', 'transient'],
    ['EINSTLOOKUP', 'Port for X not found in Y', 'HOST_UNREACHABLE', 'transient'],
    ['EENCRYPT', 'Server did not negotiate encryption', 'TLS_REFUSED', 'permanent'],
    ['ETDS', 'Server responded with unknown TDS version.', 'SERVER_UNSUPPORTED', 'permanent'],
    ['UNKNOWN', 'An unknown error has occurred.', 'SERVER_ERROR', 'transient'],
    ['ELOGIN', "Login failed for user 'sa'.", 'LOGIN_REFUSED', 'permanent'],
    ['ELOGIN', "Login failed for user 'sa'. Reason: The account is disabled.", 'LOGIN_DISABLED', 'permanent'],
    [
      'ELOGIN',
      "Login failed for user 'sa' because the account is currently locked out.",
      'LOGIN_DISABLED',
      'permanent',
    ],
    [
      'ELOGIN',
      "Login failed for user 'sa'.  Reason: The password of the account has expired.",
      'LOGIN_REFUSED',
      'permanent',
    ],
    ['ELOGIN', 'Cannot open database "x" requested by the login.', 'DATABASE_NOT_FOUND', 'once'],
    ['ELOGIN', "Login failed for user 'sa'. Reason: Server is in script upgrade mode.", 'SOURCE_FAILED', 'transient'],
    ['ELOGIN', 'Login failed.', 'CONNECTION_LOST', 'transient'],
    [undefined, 'Connection timed out', 'HOST_UNREACHABLE', 'transient'],
    [undefined, 'Operation timeout', 'HOST_UNREACHABLE', 'transient'],
    [undefined, 'Connection was closed by remote server', 'CONNECTION_LOST', 'transient'],
    [undefined, 'the connection was closed before this query could be executed', 'CONNECTION_LOST', 'transient'],
    [undefined, "No event 'socketError' in state 'Final'", 'CONNECTION_LOST', 'transient'],
    [undefined, 'unexpected end of data', 'TDS_TRUNCATED', 'transient'],
    [undefined, 'Unknown type: 7', 'TDS_MALFORMED', 'transient'],
    [undefined, 'Unexpected token `ROW` in `Login7TokenHandler`', 'TDS_MALFORMED', 'transient'],
    ['EWHATEVER', 'it broke', 'SOURCE_FAILED', 'transient'],
    ['toString', 'it broke', 'SOURCE_FAILED', 'transient'],
  ])('%s "%s" is %s, %s', (driverCode, message, code, retry) => {
    expect(asSourceError(wrapped(driverError(driverCode, message)), 'x')).toMatchObject({ code, retry });
  });

  it('survive anything thrown', () => {
    const circular = new Error('round');
    circular.cause = circular;
    for (const thrown of [undefined, null, 'text', 7, {}, circular, new AggregateError([])]) {
      expect(asSourceError(thrown, 'reading a.b')).toMatchObject({ code: 'SOURCE_FAILED', retry: 'transient' });
    }
  });
});

describe('a password', () => {
  it.each([
    ['a closed port', false],
    ['a server that is no SQL Server', true],
  ])('is nowhere in the error of %s', async (_, answers) => {
    const listener = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    const close = async (): Promise<void> => void (await new Promise((resolve) => listener.close(resolve)));
    if (!answers) await close();
    const sequelize = new Sequelize('db', 'reader', 'Hidden-Secret-1', {
      dialect: 'mssql',
      dialectModule: tedious,
      host: '127.0.0.1',
      port,
      logging: false,
      dialectOptions: { options: { connectTimeout: 3_000 } },
    });
    const thrown: unknown = await sequelize.authenticate().catch((error: unknown) => error);
    const error = asSourceError(thrown, 'reading a.b');
    expect(error.retry).toBe('transient');
    expect(error.code).toBe(answers ? 'CONNECTION_LOST' : 'HOST_UNREACHABLE');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('Hidden-Secret-1');
    await sequelize.close();
    if (answers) await close();
  });
});
