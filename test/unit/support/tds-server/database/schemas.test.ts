import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, onlyValue, openDatabase, rowsOf, typesOf } from './sql-rig.ts';

let database: SqlDatabase;

beforeEach(() => {
  database = openDatabase();
});
afterEach(() => database.close());

describe('a schema', () => {
  it('is dropped once it is empty, and may come again', async () => {
    await database.run('CREATE SCHEMA [a ]]b]');
    await database.run('CREATE TABLE [a ]]b].t (id int NOT NULL)');
    expect(await errorOf(database, 'DROP SCHEMA [a ]]b]')).toMatchObject({
      number: 3729,
      message: "Cannot drop schema 'a ]b' because it is being referenced by object 't'.",
    });
    await database.run('DROP TABLE [a ]]b].t; DROP SCHEMA [A ]]B]');
    expect(await onlyValue(database, "SELECT SCHEMA_ID('a ]b')")).toBeNull();
    await database.run('CREATE SCHEMA [a ]]b]');
    await database.run('CREATE TABLE [a ]]b].t (id int NOT NULL); INSERT INTO [a ]]b].t VALUES (1)');
    expect(await rowsOf(database, 'SELECT id FROM [a ]]b].t')).toEqual([['1']]);
  });

  it('that is not there cannot be dropped', async () => {
    expect(await errorOf(database, 'DROP SCHEMA nothing')).toMatchObject({ number: 15151 });
    await database.run('DROP SCHEMA IF EXISTS nothing');
  });
});

describe('a table', () => {
  it('sends its texts in the code page of their collations', async () => {
    await database.run(`CREATE TABLE t (a varchar(10) COLLATE Greek_CI_AS, b char(3) COLLATE Thai_CI_AS,
      c text COLLATE Turkish_CI_AS, d varchar(10), e nvarchar(10) COLLATE Greek_CI_AS)`);
    const types = await typesOf(database, 'SELECT * FROM t');
    const collations = types.map((type) => ('collation' in type ? type.collation : undefined));
    expect(collations).toEqual(['Greek_CI_AS', 'Thai_CI_AS', 'Turkish_CI_AS', undefined, undefined]);
  });

  it('has an object id of its own, however many there are', async () => {
    for (let i = 0; i < 200; i++) await database.run(`CREATE TABLE t${i} (id int NOT NULL)`);
    const [distinct] = await rowsOf(database, 'SELECT COUNT(DISTINCT object_id), MIN(object_id) FROM sys.tables');
    expect(distinct![0]).toBe('200');
    expect(Number(distinct![1])).toBeGreaterThan(0);
  });
});
