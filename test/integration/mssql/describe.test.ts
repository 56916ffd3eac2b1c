import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../shared/config/config.ts';
import { SOURCE_TYPE_KEY } from '../../../shared/source/columns/record-batches.ts';
import type { Source, TableDescription, TableQuery } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { land } from './reading.ts';
import { customQuery, numbers, sourceOn, wholeTable } from './suite-tables.ts';

const ROWS = 100;

describe.each(SUBJECTS)('a description on $title', ({ start }) => {
  let server: SubjectServer;
  let source: Source;

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server);
    const keyed = server.named('keyed');
    await server.run(
      `CREATE TABLE ${keyed} (v nvarchar(20) NULL, b int NOT NULL, a int NOT NULL, w int NULL, PRIMARY KEY (b, a))`,
      `INSERT INTO ${keyed} (b, a, v) SELECT n, n, N'v' FROM ${numbers(2)}`,
      `CREATE INDEX covering ON ${keyed} (w) INCLUDE (v)`,
      `CREATE TABLE ${server.named('heap')} (n int NOT NULL, v int NULL)`,
      `CREATE TABLE ${server.named('heap with key')} (n int NOT NULL PRIMARY KEY NONCLUSTERED, v int NULL)`,
      `CREATE TABLE ${server.named('backwards')} (n int NOT NULL, m int NOT NULL, PRIMARY KEY (n DESC, m DESC))`,
      `CREATE TABLE ${server.named('both ways')} (n int NOT NULL, m int NOT NULL, PRIMARY KEY (n, m DESC))`,
      `CREATE TABLE ${server.named('a]b 表')} ([k ]]"] int NOT NULL PRIMARY KEY, [v'] int NULL)`,
      `CREATE VIEW ${server.named('view')} AS SELECT b * 5 AS k, v FROM ${keyed}`,
    );
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  const describeTable = async (query: TableQuery): Promise<TableDescription> =>
    await source.describe(query, new AbortController().signal);
  const of = async (table: string, rest: Partial<TableQuery> = {}) =>
    await describeTable(wholeTable(server, table, rest));

  it('has columns, key and size of a table', async () => {
    const found = await of('keyed');
    const key = ['b', 'a'];
    expect(found).toMatchObject({ primaryKey: key, key, keyFrom: 'catalog', order: 'index', rows: ROWS });
    expect(found.bytes).toBeGreaterThan(0);
    expect(found.schema.fields.map(({ name, metadata }) => [name, metadata.get(SOURCE_TYPE_KEY)])).toEqual([
      ['v', 'nvarchar(20)'],
      ['b', 'int'],
      ['a', 'int'],
      ['w', 'int'],
    ]);
    expect(found.losses).toEqual(new Map());
  });

  it.each<[string, string, Partial<TableQuery>, Partial<TableDescription>]>([
    ['without a key', 'heap', {}, { key: [], keyFrom: 'none', order: 'none', rows: 0 }],
    ['that is to come in any order', 'keyed', { key: [] }, { key: [], keyFrom: 'none', order: 'none' }],
    ['whose key is named but has no index', 'heap', { key: ['n'] }, { keyFrom: 'configuration', order: 'sort' }],
    ['whose named key has an index', 'keyed', { key: ['b'] }, { keyFrom: 'configuration', order: 'index' }],
    ['whose named key is the second of the index', 'keyed', { key: ['a'] }, { order: 'sort' }],
    ['whose index has only the key', 'heap with key', {}, { key: ['n'], keyFrom: 'catalog', order: 'sort' }],
    ['of which only the key is read', 'heap with key', { select: ['n'] }, { key: ['n'], order: 'index' }],
    ['of which an index has all that is read', 'keyed', { key: ['w'], select: ['v', 'a', 'b'] }, { order: 'index' }],
    [
      'of which an index has all but the filter',
      'keyed',
      { key: ['w'], select: ['v'], where: 'b > 1' },
      { order: 'sort' },
    ],
    ['whose clustered index serves a filter', 'keyed', { where: 'v IS NOT NULL' }, { order: 'index' }],
    ['whose key goes down', 'backwards', {}, { key: ['n', 'm'], order: 'index' }],
    ['whose key goes up and down', 'both ways', {}, { key: ['n', 'm'], order: 'sort' }],
    ['that is a view', 'view', {}, { primaryKey: [], key: [], keyFrom: 'none', order: 'none', rows: undefined }],
    ['that is a view with a named key', 'view', { key: ['k'] }, { keyFrom: 'configuration', order: 'sort' }],
    ['of an awkward name', 'a]b 表', {}, { primaryKey: ['k ]"'], key: ['k ]"'], order: 'index' }],
    ['whose key does not land', 'keyed', { select: ['v'] }, { primaryKey: [], key: ['b', 'a'], order: 'index' }],
  ])('tells of a table %s', async (_, table, rest, expected) => {
    expect(await of(table, rest)).toMatchObject(expected);
  });

  it.each<[string, (from: string) => TableQuery, Partial<TableDescription>]>([
    ['that is a SELECT', (from) => customQuery(`SELECT v, b FROM ${from}`), { keyFrom: 'none', order: 'none' }],
    [
      'with a named key',
      (from) => customQuery(`SELECT v, b FROM ${from};`, { key: ['b'] }),
      { key: ['b'], keyFrom: 'configuration', order: 'sort' },
    ],
    [
      'that can be no derived table',
      (from) => customQuery(`WITH c AS (SELECT * FROM ${from}) SELECT v, b FROM c ORDER BY b`),
      { keyFrom: 'none', order: 'none' },
    ],
    [
      'of several statements',
      (from) => customQuery(`DECLARE @least int = 3; SELECT v, b FROM ${from} WHERE b > @least`),
      { keyFrom: 'none', order: 'none' },
    ],
  ])('tells of a custom query %s', async (_, queryOf, expected) => {
    const found = await describeTable(queryOf(server.named('keyed')));
    expect(found).toMatchObject({ ...expected, primaryKey: [], rows: undefined, bytes: undefined });
    expect(found.schema.names).toEqual(['v', 'b']);
  });

  it.each<[string, () => TableQuery, string]>([
    ['a table that is not there', () => wholeTable(server, 'nothing'), 'TABLE_NOT_FOUND'],
    ['a table that is not there, by a key', () => wholeTable(server, 'nothing', { key: ['n'] }), 'TABLE_NOT_FOUND'],
    ['a column that is not there', () => wholeTable(server, 'heap', { select: ['m'] }), 'COLUMN_NOT_FOUND'],
    ['a key that is not there', () => wholeTable(server, 'heap', { key: ['m'] }), 'COLUMN_NOT_FOUND'],
    ['a filter of what is not there', () => wholeTable(server, 'heap', { where: 'm > 1' }), 'COLUMN_NOT_FOUND'],
    ['a query of what is not there', () => customQuery(`SELECT 1 AS a FROM ${server.named('x')}`), 'TABLE_NOT_FOUND'],
    ['a query that is none', () => customQuery('SELECT FROM WHERE'), 'SYNTAX_ERROR'],
  ])('is refused for %s', async (_, queryOf, code) => {
    await expect(describeTable(queryOf())).rejects.toMatchObject({ name: 'SourceError', code, retry: 'permanent' });
  });

  it('leaves the next reader a sound connection after a query that was refused', async () => {
    await describeTable(customQuery('SELECT 1 AS a ORDER BY a'));
    expect((await of('keyed')).key).toEqual(['b', 'a']);
  });

  describe('of moments', () => {
    const SCALED = ['time', 'datetime2', 'datetimeoffset'].flatMap((type) => [`${type}(6)`, `${type}(7)`]);
    const TYPES = [...SCALED, 'datetime', 'smalldatetime', 'date'];
    const name = (type: string): string => type.replace(/[()]/g, '_');

    beforeAll(async () => {
      const table = server.named('moments');
      const columns = TYPES.map((type) => `${name(type)} ${type} NULL`).join(', ');
      const value = (type: string): string => (type.startsWith('time') ? "N'23:59:59.1234567'" : moment(type));
      await server.run(
        `CREATE TABLE ${table} (${columns})`,
        `INSERT INTO ${table} VALUES (${TYPES.map(value).join(', ')})`,
      );
    });

    /** With as many digits as the type takes. */
    function moment(type: string): string {
      const time = type === 'date' ? '' : `T23:59:58${/\(/.test(type) ? '.1234567' : ''}`;
      return `N'2026-11-22${time}${type.startsWith('datetimeoffset') ? '+02:00' : ''}'`;
    }

    it.each<Temporal>(['micros', 'nanos', 'text', 'utc'])(
      'with %s has every column that loses digits',
      async (temporal) => {
        const { losses } = await of('moments', { temporal });
        const { lossyValues } = await land(source, wholeTable(server, 'moments', { temporal }));
        const cut = [...losses].filter(([, loss]) => loss.includes('7th digit')).map(([column]) => column);
        expect(cut).toEqual([...lossyValues.keys()]);
        expect(cut).toHaveLength({ micros: 2, utc: 3, nanos: 0, text: 0 }[temporal]);
      },
    );

    it('tells what else is lost', async () => {
      expect((await of('moments', { temporal: 'utc' })).losses.get('datetimeoffset_6_')).toBe('its offset');
      expect([...(await of('moments', { temporal: 'nanos' })).losses.keys()]).toEqual(['datetime2_7_']);
      const variant = customQuery('SELECT CAST(1 AS sql_variant) AS v');
      expect((await describeTable(variant)).losses).toEqual(new Map([['v', 'the type of each value']]));
    });
  });
});
