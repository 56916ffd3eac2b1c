import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TableManifest } from '../../shared/core/records.ts';
import { landedSpelling, readLanded } from '../support/landed-files.ts';
import { documentOf, Workplace } from '../support/landfall-cli.ts';
import { canonicalText } from '../support/tds/canonical-text.ts';
import { expectedText, losesSomething } from '../support/tds/landed-text.ts';
import { isExactInTedious, tediousText } from '../support/tds/tedious-text.ts';
import type { WireType, WireValue } from '../support/tds/wire-types.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';
import { rowsByTedious } from '../support/tedious-rows.ts';
import { FAMILIES, type Family } from '../support/type-families.ts';

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

interface Difference {
  readonly column: string;
  readonly id: string | null;
  readonly found: string | null | undefined;
  readonly expected: string | null;
}

/** Cells that are not what the server's text says, by the rows' ids. */
async function differences({ columns, rows }: Family, path: string): Promise<Difference[]> {
  const landed = await readLanded(path);
  expect(landed.names).toEqual(columns.map(({ name }) => name));
  expect(landed.rows.length).toBe(rows.length);
  const byId = new Map(landed.rows.map((row) => [row[0], row]));
  return rows.flatMap((row) =>
    columns.flatMap(({ name, type }, column) => {
      const expected = expectedText(type, row[column]!) ?? null;
      const cell = byId.get(row[0] as string)?.[column];
      const found = cell === undefined ? undefined : landedSpelling(type, cell, landed);
      return found === expected ? [] : [{ column: name, id: row[0] as string, found, expected }];
    }),
  );
}

/** As text a real has the digits that it has, not those of the double it would be. */
async function expectShortReals(path: string): Promise<void> {
  const { names, rows, isText } = await readLanded(path);
  const reals = rows.map((row) => row[names.indexOf('real')]);
  if (isText) expect(reals).toEqual(['3.4028235e+38', '0.0124', '-0.1', '16777216', null]);
}

function lossesOf({ columns, rows }: Family): Record<string, number> {
  const counted = columns.map(({ name, type }, column) => {
    return [name, rows.filter((row) => losesSomething(type, row[column]!)).length] as const;
  });
  return Object.fromEntries(counted.filter(([, values]) => values > 0));
}

describe('a local run of SQL Server', () => {
  it.each([
    ['parquet', 'zstd'],
    ['csv', 'none'],
    ['jsonl', 'gzip'],
    ['json', 'zstd'],
  ])('lands every value of every type as the server prints it, as %s with %s', async (format, compression) => {
    place.writeConfig(TABLES, place.mssql(server, { defaults: { format, compression } }));
    const result = await place.run('--json');
    expect([result.exitCode, result.err.includes('failed')]).toEqual([0, false]);
    const report = documentOf(result);
    for (const family of FAMILIES) {
      const table = report.tables.find((each) => each.table === `dbo.${family.name}`)!;
      expect(table).toMatchObject({ status: 'landed', rows: family.rows.length });
      expect([family.name, await differences(family, place.pathOf(table.parts[0]!))]).toEqual([family.name, []]);
      if (family.name === 'edge_numbers') await expectShortReals(place.pathOf(table.parts[0]!));
      const manifest = place.manifest<TableManifest>(report.run_id, table.table);
      expect(manifest).toMatchObject({ lossy_values: lossesOf(family), primary_key: ['id'], consistency: 'snapshot' });
    }
  });
});

/** The type's name, of a sql_variant with its inner type's. */
const kindOf = (type: WireType, value: WireValue) =>
  value === null || typeof value === 'string' ? type.kind : `${type.kind} of ${value.of.kind}`;

function innermost(type: WireType, value: WireValue): readonly [WireType, WireValue] {
  return value === null || typeof value === 'string' ? [type, value] : [value.of, value.text];
}

/** The first value of each kind that is not what the server has. */
const WRONG_IN_TEDIOUS = {
  decimal: '1000000000000.000000 for 999999999999.999999',
  numeric: '10000000000000000000 for 9999999999999999999',
  money: '922337203685477.6250 for 922337203685477.5807',
  datetimeoffset: '0001-01-01 10:00:00 for 0001-01-02 00:00:00 +14:00',
  'sql_variant of decimal': '1.2345678901234567e+27 for 1234567890123456789012345678.0123456789',
  'sql_variant of money': '922337203685477.6250 for 922337203685477.5807',
  'sql_variant of datetimeoffset': '2026-11-22 16:46:50.123 for 2026-11-22 13:46:50.123 -03:00',
  'sql_variant of varchar': '\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD for Привет',
};

describe('tedious on the same server', () => {
  it('reads the same texts wherever it is exact, and is wrong in these kinds alone', async () => {
    const wrong = new Map<string, string>();
    for (const { name, columns, rows } of FAMILIES) {
      const read = await rowsByTedious(server, `SELECT * FROM dbo.[${name}] ORDER BY id`);
      expect(read.length).toBe(rows.length);
      for (const [row, values] of rows.entries()) {
        for (const [column, { name: columnName, type }] of columns.entries()) {
          const value = values[column]!;
          const [inner, text] = innermost(type, value);
          const found = tediousText(inner, read[row]![column]);
          const expected = canonicalText(inner, text);
          if (isExactInTedious(type, value))
            expect([name, columnName, row, found]).toEqual([name, columnName, row, expected]);
          else if (found !== expected && !wrong.has(kindOf(type, value)))
            wrong.set(kindOf(type, value), `${found} for ${expected}`);
        }
      }
    }
    expect(Object.fromEntries(wrong)).toEqual(WRONG_IN_TEDIOUS);
  });
});
