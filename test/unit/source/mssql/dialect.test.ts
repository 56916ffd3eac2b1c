import { expect, it } from '@jest/globals';
import { connectionOptions } from '../../../../shared/source/connection-options.ts';
import { mssqlConnectionOptions } from '../../../../shared/source/mssql/dialect.ts';
import { sourceConfig } from '../../../support/source-config.ts';

it('a SQL Server is connected to as any source, and read as the configuration says', () => {
  const credentials = { username: 'u', password: 'p', host: 'h', port: 1433, database: 'd' };
  const config = sourceConfig({ dialect: 'mssql', isolation: 'snapshot', readOnlyIntent: true });
  expect(mssqlConnectionOptions(config, credentials)).toEqual({
    ...connectionOptions(config, credentials),
    isolation: 'snapshot',
    readOnlyIntent: true,
  });
});
