import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duckRows } from '../support/duckdb.ts';
import { CONFLICT, FaultFleet } from '../support/fault-fleet.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

/** Everything that ends an identifier or a text in one of the dialects, and what is not ASCII. */
const AWKWARD = `a]b"c'd;e--f/*g 雪 ñ`;
const TABLE = `t ${AWKWARD}`;
const KEY = `k ${AWKWARD}`;
const VALUE = `v ${AWKWARD}`;
const ROWS = 4_000;
const SETTINGS = { file_max_rows: 1_000, chunk_count: 2 };

/** In the database's order they are anywhere among the others. */
const TEXT_KEYS = [
  '',
  ' ',
  AWKWARD,
  "');drop table x;--",
  '\\',
  '%_',
  '\u{1F600}',
  'é',
  'e\u0301',
  'ﬀ',
  '\u0001',
  'z'.repeat(200),
];
const INT_KEYS = ['-9223372036854775808', '-1', '0', '9223372036854775807'];

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Keys and values of all parts as the manifest lists them. */
async function landedRows(fleet: FaultFleet, table: string): Promise<{ k: string; v: string }[]> {
  const run = await fleet.schedule(table);
  // Each chunk goes on behind its first part, with that part's last key.
  for (const chunk of ['000', '001']) {
    fleet.onS3({ operation: 'PutObject', key: new RegExp(`part-${chunk}-00001`) }, CONFLICT);
  }
  await fleet.work();
  const manifest = await run.manifest(table);
  expect([await run.failure(table), manifest?.status]).toEqual([undefined, 'landed']);
  expect(manifest!.parts.length).toBeGreaterThan(3);
  expect(new Set(manifest!.parts.map(({ read_id: id }) => id)).size).toBeGreaterThan(2);
  const rows: { k: string; v: string }[] = [];
  for (const { key } of manifest!.parts) {
    const path = text(fleet.pathOf(key));
    const from = `read_parquet(${path}, hive_partitioning = false)`;
    const cells = await duckRows(`select ${quoted(KEY)}::varchar as k, ${quoted(VALUE)}::varchar as v from ${from}`);
    rows.push(...(cells as { k: string; v: string }[]));
  }
  fleet.clearFaults();
  return rows;
}

describe('PostgreSQL', () => {
  let server: TestPostgres;
  let fleet: FaultFleet;
  const names = { texts: `public.${TABLE}`, ints: 'public.ints' };

  beforeAll(async () => {
    server = await startTestPostgres();
    await server.query(`create table ${quoted(TABLE)} (${quoted(KEY)} text primary key, ${quoted(VALUE)} text);
      insert into ${quoted(TABLE)} select 'key ' || n || ' ' || ${text(AWKWARD)}, n || ${text(AWKWARD)}
        from generate_series(1, ${ROWS}) n;
      insert into ${quoted(TABLE)} values ${TEXT_KEYS.map((key) => `(${text(key)}, ${text(key)})`).join(', ')};
      create table ints (${quoted(KEY)} bigint primary key, ${quoted(VALUE)} text);
      insert into ints select n, n::text from generate_series(1, ${ROWS}) n;
      insert into ints values ${INT_KEYS.map((key) => `(${key}, '${key}')`).join(', ')}`);
    fleet = await FaultFleet.start((place) => {
      place.writeSecret(server);
      place.writeConfig({ [names.texts]: SETTINGS, [names.ints]: SETTINGS });
    });
  });
  afterAll(async () => {
    await fleet?.close();
    await server?.close();
  });

  it.each(['texts', 'ints'] as const)('lands awkward names and the most extreme %s in several parts', async (kind) => {
    const table = kind === 'texts' ? quoted(TABLE) : 'ints';
    const { rows } = await server.query(
      `select ${quoted(KEY)}::text as k, ${quoted(VALUE)} as v from ${table} order by ${table}.${quoted(KEY)}`,
    );
    expect(await landedRows(fleet, names[kind])).toEqual(rows);
  });
});

describe('SQL Server', () => {
  let server: TestSqlServer;
  let fleet: FaultFleet;

  beforeAll(async () => {
    server = await startTestSqlServer();
    server.setRowsPerPiece(100);
    const rows = [...INT_KEYS, ...Array.from({ length: ROWS }, (_, i) => String(i + 1))];
    server.createTable({
      name: TABLE,
      columns: [
        { name: KEY, type: { kind: 'bigint' } },
        { name: VALUE, type: { kind: 'nvarchar', length: 200 } },
      ],
      primaryKey: [KEY],
      rows: rows.map((key) => [key, `${key}${AWKWARD}\u{1F600}`]),
    });
    fleet = await FaultFleet.start((place) => place.writeConfig({ [`dbo.${TABLE}`]: SETTINGS }, place.mssql(server)));
  });
  afterAll(async () => {
    await fleet?.close();
    await server?.close();
  });

  it('lands awkward names and the most extreme whole numbers in several parts', async () => {
    const ids = [...INT_KEYS.slice(0, 3), ...Array.from({ length: ROWS }, (_, i) => String(i + 1)), INT_KEYS[3]!];
    const expected = ids.map((k) => ({ k, v: `${k}${AWKWARD}\u{1F600}` }));
    expect(await landedRows(fleet, `dbo.${TABLE}`)).toEqual(expected);
  });
});
