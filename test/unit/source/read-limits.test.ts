import { expect, it } from '@jest/globals';
import { DEFAULT_LIMITS as MSSQL } from '../../../shared/source/mssql/options.ts';
import { DEFAULT_LIMITS as POSTGRES } from '../../../shared/source/postgres/options.ts';
import { withDefaults } from '../../../shared/source/read-limits.ts';

it('fills in what is not given, and nothing else', () => {
  expect(withDefaults({}, MSSQL)).toEqual(MSSQL);
  const options = { connection: 'of no matter', applicationName: 'landfall', batchRows: 7 };
  expect(withDefaults(options, MSSQL)).toEqual({ ...MSSQL, batchRows: 7 });
});

it('takes undefined for not given', () => {
  expect(withDefaults({ stallTimeoutMs: undefined } as never, POSTGRES)).toEqual(POSTGRES);
});

it('waits for a silent server as long as its dialect is used to', () => {
  expect([MSSQL.stallTimeoutMs, POSTGRES.stallTimeoutMs]).toEqual([120_000, 300_000]);
});
