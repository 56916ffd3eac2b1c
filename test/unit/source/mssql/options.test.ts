import { expect, it } from '@jest/globals';
import { DEFAULT_LIMITS, type MssqlConnectionOptions, withDefaults } from '../../../../shared/source/mssql/options.ts';

const connection: MssqlConnectionOptions = {
  host: 'db',
  port: 1433,
  database: 'shop',
  username: 'u',
  password: 'p',
  ssl: { mode: 'verify-full' },
  readOnlyIntent: false,
  isolation: 'auto',
};

it('fills in what is not given, and nothing else', () => {
  expect(withDefaults({ connection })).toEqual(DEFAULT_LIMITS);
  expect(withDefaults({ connection, applicationName: 'landfall', batchRows: 7 })).toEqual({
    ...DEFAULT_LIMITS,
    batchRows: 7,
  });
});

it('takes undefined for not given', () => {
  expect(withDefaults({ connection, stallTimeoutMs: undefined } as never)).toEqual(DEFAULT_LIMITS);
});

it('waits two minutes for a silent server and asks for packets of 16 KiB', () => {
  expect(DEFAULT_LIMITS).toMatchObject({ stallTimeoutMs: 120_000, packetBytes: 16_384 });
});
