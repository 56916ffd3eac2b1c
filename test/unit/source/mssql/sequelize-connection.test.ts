import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS, type MssqlConnectionOptions } from '../../../../shared/source/mssql/options.ts';
import { driverOptions, openPool } from '../../../../shared/source/mssql/sequelize-connection.ts';

const connection: MssqlConnectionOptions = {
  host: 'db.example',
  port: 1433,
  database: 'shop',
  username: 'u',
  password: 'p',
  ssl: { mode: 'verify-full' },
  readOnlyIntent: false,
  isolation: 'auto',
};

const optionsWith = (rest: Partial<MssqlConnectionOptions>, name = 'landfall', limits = DEFAULT_LIMITS) =>
  driverOptions({ ...connection, ...rest }, name, limits);

describe('what the driver is told', () => {
  it('encrypts and verifies unless told otherwise', () => {
    expect(optionsWith({})).toMatchObject({ encrypt: true, trustServerCertificate: false });
    expect(optionsWith({})).not.toHaveProperty('cryptoCredentialsDetails');
    expect(optionsWith({ ssl: { mode: 'verify-full', caPem: 'PEM' } })).toMatchObject({
      encrypt: true,
      trustServerCertificate: false,
      cryptoCredentialsDetails: { ca: 'PEM' },
    });
    expect(optionsWith({ ssl: { mode: 'require' } })).toMatchObject({ encrypt: true, trustServerCertificate: true });
    expect(optionsWith({ ssl: { mode: 'disable' } })).toMatchObject({ encrypt: false });
  });

  it('never retries a login by itself and leaves time-outs of requests to us', () => {
    expect(optionsWith({})).toMatchObject({
      maxRetriesOnTransientErrors: 0,
      requestTimeout: 0,
      connectTimeout: 15_000,
      cancelTimeout: 5_000,
      packetSize: 16_384,
      tdsVersion: '7_4',
      readOnlyIntent: false,
    });
    expect(optionsWith({ readOnlyIntent: true }).readOnlyIntent).toBe(true);
    const limits = { ...DEFAULT_LIMITS, connectTimeoutMs: 1_000, cancelTimeoutMs: 200 };
    expect(optionsWith({}, 'landfall', limits)).toMatchObject({ connectTimeout: 1_000, cancelTimeout: 200 });
  });

  it('shortens an application name that the server would refuse', () => {
    expect(optionsWith({}, 'landfall/0.1.0/shop/dbo.orders').appName).toBe('landfall/0.1.0/shop/dbo.orders');
    expect(optionsWith({}, 'ä'.repeat(200)).appName).toBe('ä'.repeat(128));
    expect(optionsWith({}, `${'a'.repeat(127)}😀`).appName).toBe('a'.repeat(127));
  });
});

it('connects nothing until asked to, and closes without a server', async () => {
  const pool = openPool(connection, 'landfall', DEFAULT_LIMITS);
  // Longer than a test may take.
  await pool.close(600_000);
});
