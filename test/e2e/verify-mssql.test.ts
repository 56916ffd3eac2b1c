import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { landfall, Workplace } from '../support/landfall-cli.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';
import { FAMILIES } from '../support/type-families.ts';

const TABLES = Object.fromEntries(FAMILIES.map(({ name }) => [`dbo.${name}`, {}]));

let server: TestSqlServer;
let place: Workplace;

beforeAll(async () => {
  server = await startTestSqlServer({ encryption: 'required' });
  for (const { name, columns, rows } of FAMILIES) server.createTable({ name, columns, rows, primaryKey: ['id'] });
  place = new Workplace();
});
afterAll(async () => {
  place?.remove();
  await server?.close();
  expect(server?.problems).toEqual([]);
});

describe('landfall verify after a local run of SQL Server', () => {
  it.each([
    ['parquet', 'zstd'],
    ['csv', 'gzip'],
    ['jsonl', 'none'],
    ['json', 'zstd'],
  ])('finds every value of every type as the database has it, as %s with %s', async (format, compression) => {
    place.writeConfig(TABLES, place.mssql(server, { defaults: { format, compression } }));
    expect(await place.run('--json')).toMatchObject({ exitCode: 0 });
    const words = ['verify', '--config', place.config, '--local', place.out, '--compare-source', '--json'];
    const { exitCode, out } = await landfall(...words);
    const { tables } = JSON.parse(out);
    for (const { name, rows } of FAMILIES) {
      const found = tables.find(({ table }: { table: string }) => table === `dbo.${name}`);
      expect(found).toMatchObject({ status: 'ok', problems: [], notes: [], rows: rows.length });
      const { comparison } = found;
      expect([name, comparison.source_rows, comparison.source_checksum]).toEqual([
        name,
        rows.length,
        comparison.landed_checksum,
      ]);
    }
    expect(exitCode).toBe(0);
  });
});
