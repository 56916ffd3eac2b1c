import { describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../../shared/core/errors.ts';
import { asSourceError } from '../../../../shared/source/postgres/errors.ts';

/** As the driver makes it of the server's ErrorResponse. */
function serverError(code: string, rest: object = {}): Error {
  return Object.assign(new Error('the server says no'), { code, severity: 'ERROR', ...rest });
}

function driverError(code: string | undefined, message = 'it broke'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

/** As Sequelize wraps it. */
function wrapped(error: Error): Error {
  return Object.assign(new Error('wrapper'), { name: 'SequelizeConnectionError', parent: error, original: error });
}

describe('errors of the server by SQLSTATE', () => {
  it.each([
    ['28P01', 'LOGIN_REFUSED', 'permanent'],
    ['28000', 'LOGIN_REFUSED', 'permanent'],
    ['3D000', 'DATABASE_NOT_FOUND', 'permanent'],
    ['42501', 'PERMISSION_DENIED', 'permanent'],
    ['42P01', 'TABLE_NOT_FOUND', 'permanent'],
    ['3F000', 'TABLE_NOT_FOUND', 'permanent'],
    ['42703', 'COLUMN_NOT_FOUND', 'permanent'],
    ['42601', 'SYNTAX_ERROR', 'permanent'],
    ['42883', 'QUERY_INVALID', 'permanent'],
    ['0A000', 'QUERY_INVALID', 'permanent'],
    ['54001', 'QUERY_INVALID', 'permanent'],
    ['25006', 'QUERY_INVALID', 'permanent'],
    ['22012', 'VALUE_INVALID', 'permanent'],
    ['22021', 'VALUE_INVALID', 'permanent'],
    ['08006', 'CONNECTION_LOST', 'transient'],
    ['57P01', 'CONNECTION_LOST', 'transient'],
    ['57P02', 'CONNECTION_LOST', 'transient'],
    ['57P03', 'CONNECTION_LOST', 'transient'],
    ['25P04', 'CONNECTION_LOST', 'transient'],
    ['55P03', 'LOCK_TIMEOUT', 'transient'],
    ['40P01', 'DEADLOCK', 'transient'],
    ['40001', 'SERIALIZATION', 'transient'],
    ['53300', 'TOO_MANY_CONNECTIONS', 'transient'],
    ['53100', 'SERVER_RESOURCES', 'transient'],
    ['57014', 'QUERY_CANCELED', 'transient'],
    ['XX000', 'SERVER_ERROR', 'transient'],
  ])('%s is %s, %s', (state, code, retry) => {
    const error = asSourceError(serverError(state), 'reading a.b');
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({
      code,
      retry,
      message: `Failed reading a.b: the server says no (SQLSTATE ${state}).`,
    });
    expect(error.remedy).toBeTruthy();
  });

  it('put the server’s hint before the remedy', () => {
    const error = asSourceError(serverError('42703', { hint: 'Perhaps you meant "id"' }), 'reading a.b');
    expect(error.remedy).toBe('Perhaps you meant "id". Check the column names in `sql` or `where`.');
  });
});

describe('errors of the driver and the network', () => {
  it.each([
    ['ECONNREFUSED', 'HOST_UNREACHABLE', 'transient'],
    ['ENOTFOUND', 'HOST_UNREACHABLE', 'transient'],
    ['EHOSTUNREACH', 'HOST_UNREACHABLE', 'transient'],
    ['ETIMEDOUT', 'HOST_UNREACHABLE', 'transient'],
    ['ECONNRESET', 'CONNECTION_LOST', 'transient'],
    ['EPIPE', 'CONNECTION_LOST', 'transient'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_REFUSED', 'permanent'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_REFUSED', 'permanent'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS_REFUSED', 'permanent'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS_REFUSED', 'permanent'],
    ['CERT_HAS_EXPIRED', 'TLS_REFUSED', 'permanent'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_REFUSED', 'permanent'],
    ['EPROTO', 'TLS_REFUSED', 'permanent'],
    ['EWHATEVER', 'SOURCE_FAILED', 'transient'],
  ])('%s is %s, %s, however deep Sequelize wrapped it', (driverCode, code, retry) => {
    for (const error of [
      driverError(driverCode),
      wrapped(driverError(driverCode)),
      wrapped(wrapped(driverError(driverCode))),
    ]) {
      expect(asSourceError(error, 'reading a.b')).toMatchObject({
        code,
        retry,
        message: 'Failed reading a.b: it broke.',
      });
    }
  });

  it.each([
    ['timeout expired', 'HOST_UNREACHABLE'],
    ['Connection timed out', 'HOST_UNREACHABLE'],
    ['Connection terminated unexpectedly', 'CONNECTION_LOST'],
    ['Client has encountered a connection error and is not queryable', 'CONNECTION_LOST'],
    ['The server does not support SSL connections', 'TLS_REFUSED'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'LOGIN_REFUSED'],
  ])('"%s" without a code is %s', (message, code) => {
    expect(asSourceError(wrapped(driverError(undefined, message)), 'x')).toMatchObject({ code });
  });

  it('lets typed errors pass, and survives anything thrown', () => {
    const typed = new SourceError('SOURCE_STALLED', 'x');
    expect(asSourceError(typed, 'y')).toBe(typed);
    for (const thrown of [undefined, null, 'text', 7, {}]) {
      expect(asSourceError(thrown, 'reading a.b')).toMatchObject({ code: 'SOURCE_FAILED', retry: 'transient' });
    }
  });
});
