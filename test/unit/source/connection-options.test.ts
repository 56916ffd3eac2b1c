import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SourceConfig } from '../../../shared/config/config.ts';
import { ConfigError } from '../../../shared/core/errors.ts';
import { connectionOptions } from '../../../shared/source/connection-options.ts';
import type { Credentials } from '../../../shared/source/credentials.ts';
import { sourceConfig } from '../../support/source-config.ts';

const TEST_CA_PATH = fileURLToPath(new URL('../../fixtures/tls/ca.pem', import.meta.url));

const CONFIG = sourceConfig({ ssl: { mode: 'verify-full', ca: undefined } });
const CREDENTIALS: Credentials = {
  username: 'u',
  password: 'p',
  host: 'secret-host',
  port: 6432,
  database: 'secret-db',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-ca-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('where a source connects to', () => {
  it('is what the secret says, unless the configuration says otherwise', () => {
    expect(connectionOptions(CONFIG, CREDENTIALS)).toEqual({
      host: 'secret-host',
      port: 6432,
      database: 'secret-db',
      username: 'u',
      password: 'p',
      ssl: { mode: 'verify-full' },
    });
    const config = { ...CONFIG, host: 'replica', port: 5433, database: 'db' };
    expect(connectionOptions(config, CREDENTIALS)).toMatchObject({ host: 'replica', port: 5433, database: 'db' });
  });

  it.each([
    ['postgres', 5432],
    ['mssql', 1433],
  ] as const)('has the usual port of %s', (dialect, port) => {
    const config: SourceConfig = { ...CONFIG, dialect };
    expect(connectionOptions(config, { ...CREDENTIALS, port: undefined }).port).toBe(port);
    expect(connectionOptions(config, CREDENTIALS).port).toBe(6432);
  });

  it.each([
    ['host', 'HOST_MISSING', 'host'],
    ['database', 'DATABASE_MISSING', 'dbname'],
  ] as const)('is an error without %s', (key, code, secretKey) => {
    const connect = (): unknown => connectionOptions(CONFIG, { ...CREDENTIALS, [key]: undefined });
    expect(connect).toThrow(ConfigError);
    expect(connect).toThrow(expect.objectContaining({ code, remedy: expect.stringContaining(secretKey) }));
  });
});

describe('ssl.ca', () => {
  it('is read', () => {
    const { ssl } = connectionOptions({ ...CONFIG, ssl: { mode: 'verify-full', ca: TEST_CA_PATH } }, CREDENTIALS);
    expect(ssl.caPem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('is an error when it cannot be read or holds no certificate', async () => {
    const wrong = join(folder, 'wrong.pem');
    await writeFile(wrong, 'hello');
    const withCa = (ca: string) => (): unknown =>
      connectionOptions({ ...CONFIG, ssl: { mode: 'require', ca } }, CREDENTIALS);
    expect(withCa(join(folder, 'gone.pem'))).toThrow(expect.objectContaining({ code: 'SSL_CA_UNREADABLE' }));
    expect(withCa(wrong)).toThrow(expect.objectContaining({ code: 'SSL_CA_INVALID' }));
  });

  it('is not needed without TLS', () => {
    const config: SourceConfig = { ...CONFIG, ssl: { mode: 'disable', ca: '/nowhere' } };
    expect(connectionOptions(config, CREDENTIALS).ssl).toEqual({ mode: 'disable' });
  });
});
