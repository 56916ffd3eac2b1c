import { expect, it } from '@jest/globals';
import { ConfigError } from '../../../shared/core/errors.ts';
import { createSource } from '../../../shared/source/create-source.ts';
import type { Credentials } from '../../../shared/source/credentials.ts';
import { everyDialect } from '../../../shared/source/every-dialect.ts';
import { sourceConfig } from '../../support/source-config.ts';

const CREDENTIALS: Credentials = { username: 'u', password: 'p', host: 'h', port: 6432, database: 'd' };

it.each(['postgres', 'mssql'] as const)('a source of %s connects only when a table is opened', async (dialect) => {
  await createSource(everyDialect, sourceConfig({ dialect }), CREDENTIALS, 'landfall').close();
});

it('a dialect that the program does not carry is an error that says what to do', () => {
  const { mssql } = everyDialect;
  const create = (): unknown => createSource({ mssql }, sourceConfig({ dialect: 'postgres' }), CREDENTIALS, 'landfall');
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(
    expect.objectContaining({
      code: 'DIALECT_MISSING',
      message: expect.stringContaining('is of postgres; this function was built for mssql alone'),
      remedy: expect.stringContaining('Deploy'),
    }),
  );
});
