import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CatalogQuery,
  changeTracking,
  columnNames,
  databaseFacts,
  primaryKey,
  tableColumns,
  tableSize,
} from '../../../shared/source/mssql/catalog.ts';
import type { ExtractionConnection } from '../../../shared/source/mssql/extraction-connection.ts';
import { DEFAULT_LIMITS } from '../../../shared/source/mssql/options.ts';
import {
  type ConnectionPool,
  catalogQueryOn,
  openPool,
  takeConnection,
} from '../../../shared/source/mssql/sequelize-connection.ts';
import type { Source } from '../../../shared/source/source.ts';
import { REAL_SUBJECTS, SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { land } from './reading.ts';
import { numbers, sourceOn, wholeTable } from './suite-tables.ts';

const AWKWARD_NAMES = [
  'with space',
  'dot.ted',
  'a]b',
  '[x]',
  "it's",
  'say "hi"',
  '; DROP TABLE t --',
  'Größe 表 😀',
  'select',
  '$top @at #hash',
  'x'.repeat(128),
];

let server: SubjectServer;
let pool: ConnectionPool;
let connection: ExtractionConnection;
let query: CatalogQuery;

async function open(start: () => Promise<SubjectServer>): Promise<void> {
  server = await start();
  pool = openPool(server.connection, 'landfall-test-catalog', DEFAULT_LIMITS);
  connection = await takeConnection(pool.sequelize);
  query = catalogQueryOn(pool.sequelize, connection);
}

async function close(): Promise<void> {
  if (connection !== undefined) pool.sequelize.connectionManager.releaseConnection(connection);
  await pool?.close(5_000);
  await server?.close();
}

const quoted = (name: string): string => `[${name.replaceAll(']', ']]')}]`;
const titled = (name: string): string => (name.length > 40 ? `${name.slice(0, 3)}… of ${name.length} letters` : name);

describe.each(SUBJECTS)('on $title', ({ start }) => {
  let source: Source;

  beforeAll(async () => {
    await open(start);
    source = sourceOn(server);
  });
  afterAll(async () => {
    await source?.close();
    await close();
  });

  it.each(AWKWARD_NAMES.map((name) => [titled(name), name]))(
    'a table named %s is found and landed',
    async (_, name) => {
      const table = server.named(name);
      const column = name.length === 128 ? name : `c ${name}`;
      await server.run(
        `CREATE TABLE ${table} (${quoted(column)} int NOT NULL PRIMARY KEY, v nvarchar(50) NULL)`,
        `INSERT INTO ${table} VALUES (7, N'seven')`,
      );
      expect(columnNames(await tableColumns(query, table))).toEqual([column, 'v']);
      expect(await primaryKey(query, table)).toEqual([column]);
      const {
        schema,
        batches,
        primaryKey: key,
      } = await land(source, wholeTable(server, name, { select: ['v', column] }));
      expect([schema.names, key]).toEqual([['v', column], [column]]);
      expect([0, 1].map((at) => landedTexts(batches, at))).toEqual([['seven'], ['7']]);
    },
  );

  it('what is not there has no columns, key or size', async () => {
    const table = server.named('nothing');
    expect(columnNames(await tableColumns(query, table))).toEqual([]);
    expect(await primaryKey(query, table)).toEqual([]);
    expect(await tableSize(query, table)).toBeUndefined();
    expect(await changeTracking(query, table)).toBeUndefined();
  });

  it('columns have their full types', async () => {
    const types = [
      ['bit', 'tinyint', 'smallint', 'int', 'bigint', 'real', 'float', 'money', 'smallmoney', 'decimal(38,10)'],
      ['numeric(9,0)', 'date', 'time(0)', 'datetime', 'smalldatetime', 'datetime2(7)', 'datetimeoffset(3)'],
      ['char(3)', 'varchar(50)', 'varchar(max)', 'text', 'nchar(4)', 'nvarchar(50)', 'nvarchar(max)', 'ntext'],
      ['binary(8)', 'varbinary(16)', 'varbinary(max)', 'image', 'uniqueidentifier', 'xml', 'sql_variant'],
      ['hierarchyid', 'geography', 'geometry'],
    ].flat();
    const table = server.named('types');
    await server.run(
      `CREATE TABLE ${table} (id int IDENTITY NOT NULL, ${types.map((type, i) => `c${i} ${type} NULL`).join(', ')})`,
    );
    const columns = await tableColumns(query, table);
    expect(columns.map(({ type }) => type)).toEqual(['int', ...types]);
    expect(columns[0]).toMatchObject({ name: 'id', isNullable: false, isIdentity: true, isHidden: false });
    for (const column of columns.slice(1)) {
      const hasCollation = /char|text/.test(column.type);
      expect(column).toMatchObject({ isNullable: true, isIdentity: false, isComputed: false });
      expect([column.type, column.collation !== undefined]).toEqual([column.type, hasCollation]);
    }
  });

  it('the key is the primary key in the order of its index', async () => {
    const table = server.named('ordered');
    await server.run(
      `CREATE TABLE ${table} (a int NOT NULL, b int NOT NULL, c int NOT NULL, PRIMARY KEY (c, a))`,
      `CREATE UNIQUE INDEX narrower ON ${table} (b)`,
    );
    expect(await primaryKey(query, table)).toEqual(['c', 'a']);
  });

  it('the key is else the narrowest unique index, without nulls and for all rows', async () => {
    const table = server.named('indexed');
    await server.run(
      `CREATE TABLE ${table} (a int NOT NULL, b int NOT NULL, c int NULL, d int NOT NULL, e bigint NOT NULL)`,
      `CREATE UNIQUE INDEX nullable ON ${table} (c)`,
      `CREATE UNIQUE INDEX filtered ON ${table} (d) WHERE d > 0`,
      `CREATE INDEX plain ON ${table} (a)`,
    );
    expect(await primaryKey(query, table)).toEqual([]);
    await server.run(`CREATE UNIQUE INDEX two ON ${table} (b, a) INCLUDE (e)`);
    expect(await primaryKey(query, table)).toEqual(['b', 'a']);
    await server.run(`CREATE UNIQUE INDEX wide ON ${table} (e)`);
    expect(await primaryKey(query, table)).toEqual(['e']);
    await server.run(`CREATE UNIQUE INDEX small ON ${table} (a)`);
    expect(await primaryKey(query, table)).toEqual(['a']);
  });

  it('a view lands without a key', async () => {
    const view = server.named('seen');
    await server.run(
      `CREATE TABLE ${server.named('base')} (id int NOT NULL PRIMARY KEY, v varchar(10) NULL)`,
      `INSERT INTO ${server.named('base')} VALUES (1, 'a'), (2, 'b'), (3, NULL)`,
      `CREATE VIEW ${view} AS SELECT v, id * 10 AS tens FROM ${server.named('base')} WHERE id > 1`,
    );
    expect(columnNames(await tableColumns(query, view))).toEqual(['v', 'tens']);
    expect(await primaryKey(query, view)).toEqual([]);
    const { batches, rows } = await land(source, wholeTable(server, 'seen', { where: 'v IS NOT NULL' }));
    expect([rows, ...[0, 1].map((at) => landedTexts(batches, at))]).toEqual([1, ['b'], ['20']]);
  });

  it('a table has its rows and bytes', async () => {
    const table = server.named('sized');
    await server.run(
      `CREATE TABLE ${table} (id int NOT NULL PRIMARY KEY, body char(200) NOT NULL)`,
      `INSERT INTO ${table} (id, body) SELECT n, 'x' FROM ${numbers(3)}`,
      `CREATE INDEX bodies ON ${table} (body)`,
    );
    const size = await tableSize(query, table);
    expect(size!.rows).toBe(1_000);
    expect(size!.bytes).toBeGreaterThanOrEqual(200_000);
    expect(size!.bytes).toBeLessThan(600_000);
  });

  it('an empty table has a size of no rows, and no change tracking', async () => {
    const table = server.named('empty');
    await server.run(`CREATE TABLE ${table} (id int NOT NULL)`);
    expect(await tableSize(query, table)).toMatchObject({ rows: 0 });
    expect(await changeTracking(query, table)).toBeUndefined();
  });

  it('the database tells its facts', async () => {
    const [asked] = await server.ask(`SELECT CONVERT(varchar(5), d.snapshot_isolation_state),
      CONVERT(varchar(5), d.is_read_committed_snapshot_on), CONVERT(nvarchar(128), d.collation_name)
      FROM sys.databases AS d WHERE d.database_id = DB_ID()`);
    const facts = await databaseFacts(query);
    expect(facts).toMatchObject({
      snapshotAllowed: asked![0] === '1',
      readCommittedSnapshot: asked![1] === '1',
      collation: asked![2],
      readOnly: false,
    });
    expect(facts.version).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });
});

for (const { title, start } of REAL_SUBJECTS) {
  describe(`only on ${title}`, () => {
    beforeAll(async () => await open(start));
    afterAll(close);

    it('computed, hidden, alias-typed and sparse columns are told apart', async () => {
      const table = server.named('special');
      await server.run(`CREATE TABLE ${table} (
        id int NOT NULL PRIMARY KEY, name sysname NOT NULL, twice AS id * 2, kept AS id * 3 PERSISTED NOT NULL,
        began datetime2(2) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
        ended datetime2(2) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL, PERIOD FOR SYSTEM_TIME (began, ended))`);
      expect(columnNames(await tableColumns(query, table))).toEqual(['id', 'name', 'twice', 'kept']);
      const columns = await tableColumns(query, table);
      expect(columns.filter(({ isHidden }) => isHidden).map(({ name }) => name)).toEqual(['began', 'ended']);
      expect(columns.filter(({ isComputed }) => isComputed).map(({ name }) => name)).toEqual(['twice', 'kept']);
      expect(columns[1]).toMatchObject({ type: 'nvarchar(128)', declaredType: 'sysname' });
    });

    it('change tracking is told when it is on', async () => {
      const [asked] = await server.ask(
        `SELECT CONVERT(varchar(5), COUNT(*)) FROM sys.change_tracking_databases WHERE database_id = DB_ID()`,
      );
      const table = server.named('tracked');
      await server.run(`CREATE TABLE ${table} (id int NOT NULL PRIMARY KEY)`);
      expect(await changeTracking(query, table)).toBeUndefined();
      const enable = server.run(`ALTER TABLE ${table} ENABLE CHANGE_TRACKING`);
      if (asked![0] === '0') {
        // The database is the user's own, and is not altered for a test.
        await expect(enable).rejects.toThrow(/change tracking/i);
        return;
      }
      await enable;
      const before = await changeTracking(query, table);
      expect(before!.minValidVersion).toMatch(/^\d+$/);
      await server.run(`INSERT INTO ${table} (id) VALUES (1)`);
      const after = await changeTracking(query, table);
      expect(BigInt(after!.currentVersion)).toBeGreaterThan(BigInt(before!.currentVersion));
    });
  });
}
