import { expect, it } from '@jest/globals';
import { createMssqlSource } from '../../../../shared/source/mssql/mssql-source.ts';
import type { Source, TableQuery } from '../../../../shared/source/source.ts';

const QUERY: TableQuery = {
  name: 'dbo.t',
  schema: 'dbo',
  table: 't',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: undefined,
  range: {},
};

function unreachable(): Source {
  const login = { username: 'u', password: 'secret-horse', database: 'd' };
  const connection = { host: '127.0.0.1', port: 1, ...login, ssl: { mode: 'disable' as const } };
  return createMssqlSource({ connection: { ...connection, readOnlyIntent: false, isolation: 'auto' } });
}

it('connects nothing until a table is opened', async () => {
  const source = unreachable();
  await source.close();
  await expect(source.open(QUERY, new AbortController().signal)).rejects.toMatchObject({
    code: 'SOURCE_CLOSED',
    message: 'Failed reading dbo.t: the source was closed.',
  });
});

it('tells a typed error when nobody listens, without the password', async () => {
  const source = unreachable();
  const failure: unknown = await source.open(QUERY, new AbortController().signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'SourceError', code: 'HOST_UNREACHABLE', retry: 'transient' });
  expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('secret-horse');
  await source.close();
});
