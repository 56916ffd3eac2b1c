import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, openDatabase } from './sql-rig.ts';

const INDEXES = `SELECT index_id, type_desc, is_unique, is_primary_key FROM sys.indexes
  WHERE object_id = OBJECT_ID('dbo.t') ORDER BY index_id`;
const COLUMNS = `SELECT index_id, COL_NAME(object_id, column_id), index_column_id, key_ordinal, is_descending_key,
  is_included_column FROM sys.index_columns WHERE object_id = OBJECT_ID('dbo.t') ORDER BY index_id, index_column_id`;

let database: SqlDatabase;

beforeEach(() => {
  database = openDatabase();
});
afterEach(() => database.close());

describe('indexes', () => {
  it.each([
    ['a primary key is clustered', 'a int NOT NULL PRIMARY KEY', ['1 CLUSTERED 1 1']],
    ['unless it says otherwise', 'a int NOT NULL PRIMARY KEY NONCLUSTERED', ['0 HEAP 0 0', '2 NONCLUSTERED 1 1']],
    [
      'or another key is',
      'a int NOT NULL PRIMARY KEY, b int NOT NULL, UNIQUE CLUSTERED (b)',
      ['1 CLUSTERED 1 0', '2 NONCLUSTERED 1 1'],
    ],
    [
      'also as a constraint of the table',
      'a int NOT NULL, b int NOT NULL, CONSTRAINT pk PRIMARY KEY NONCLUSTERED (b, a)',
      ['0 HEAP 0 0', '2 NONCLUSTERED 1 1'],
    ],
  ])('%s', async (_, columns, indexes) => {
    await database.run(`CREATE TABLE t (${columns})`);
    expect(await linesOf(database, INDEXES)).toEqual(indexes);
  });

  it('say in which direction their columns go, and what they include', async () => {
    await database.run(
      'CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int NULL, d int NULL, PRIMARY KEY (b DESC, a))',
    );
    await database.run('CREATE UNIQUE INDEX i ON t (a ASC, c DESC) INCLUDE (d)');
    expect(await linesOf(database, COLUMNS)).toEqual([
      '1 b 1 1 1 0',
      '1 a 2 2 0 0',
      '2 a 1 1 0 0',
      '2 c 2 2 1 0',
      '2 d 3 0 0 1',
    ]);
  });

  it('are clustered once', async () => {
    await database.run('CREATE TABLE t (a int NOT NULL, b int NULL); CREATE CLUSTERED INDEX first ON t (b)');
    expect(await linesOf(database, INDEXES)).toEqual(['1 CLUSTERED 0 0']);
    expect(await errorOf(database, 'CREATE UNIQUE CLUSTERED INDEX second ON t (a)')).toMatchObject({ number: 1902 });
  });

  it('keep the columns that they include', async () => {
    await database.run('CREATE TABLE t (a int NOT NULL, b int NULL); CREATE INDEX i ON t (a) INCLUDE (b)');
    expect(await errorOf(database, 'ALTER TABLE t DROP COLUMN b')).toMatchObject({ number: 4922 });
  });
});
