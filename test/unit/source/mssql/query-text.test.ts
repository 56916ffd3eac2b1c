import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  qualifiedName,
  quoteIdentifier,
  quoteText,
  sessionSettings,
  sourceText,
  tableQuery,
} from '../../../../shared/source/mssql/query-text.ts';
import type { TableQuery } from '../../../../shared/source/source.ts';

const TABLE: TableQuery = {
  name: 'shop.orders',
  schema: 'shop',
  table: 'orders',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: undefined,
  range: {},
};

const ALL = { columns: undefined };

describe('names and texts in SQL', () => {
  it.each([
    ['orders', '[orders]'],
    ['a.b c', '[a.b c]'],
    ['[x]', '[[x]]]'],
    [']; DROP TABLE t --', '[]]; DROP TABLE t --]'],
    ['"quoted"', '["quoted"]'],
    ["it's", "[it's]"],
    ['Größe 表 😀', '[Größe 表 😀]'],
    ['a\nb', '[a\nb]'],
    ['$table', '[$table]'],
  ])('%j is %s', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted);
  });

  it('never lets a name out of its brackets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (name) => {
        const quoted = quoteIdentifier(name);
        expect(quoted).toMatch(/^\[(?:[^\]]|\]\])*\]$/u);
        expect(quoted.slice(1, -1).replaceAll(']]', ']')).toBe(name);
      }),
    );
  });

  it('never lets a text out of its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = quoteText(text);
        expect(quoted).toMatch(/^N'(?:[^']|'')*'$/u);
        expect(quoted.slice(2, -1).replaceAll("''", "'")).toBe(text);
      }),
    );
  });

  it('takes names of up to 128 UTF-16 units, brackets not counted', () => {
    expect(quoteIdentifier(']'.repeat(128))).toHaveLength(258);
    expect(quoteIdentifier('😀'.repeat(64))).toHaveLength(130);
  });

  it.each(['', 'x'.repeat(129), '😀'.repeat(65)])('refuses %j, which no table can have', (name) => {
    expect(() => quoteIdentifier(name)).toThrow(
      expect.objectContaining({ name: 'SourceError', code: 'NAME_INVALID', retry: 'permanent' }),
    );
  });
});

describe('the text of a query', () => {
  it('quotes schema, table and columns', () => {
    const odd = { ...TABLE, schema: 'a]b', table: 'c.d; --' };
    expect(tableQuery(odd, { columns: ['x]y', 'z'] })).toBe('SELECT [x]]y], [z] FROM [a]]b].[c.d; --]');
    expect(qualifiedName(odd)).toBe('[a]]b].[c.d; --]');
    expect(qualifiedName({ ...TABLE, schema: undefined })).toBe('[orders]');
  });

  it('gives `where` lines of its own, so that it may end in a comment', () => {
    expect(tableQuery({ ...TABLE, where: 'a = 1 -- x' }, ALL)).toBe(
      'SELECT * FROM [shop].[orders] WHERE (\na = 1 -- x\n)',
    );
  });

  it.each([
    'WITH t AS (SELECT 1 AS a) SELECT a FROM t ORDER BY a; -- end',
    "DECLARE @day date = '20260101'; EXEC shop.report @day;",
    'SELECT 1 AS [$table]',
  ])('sends a custom query as it stands: %s', (sql) => {
    expect(tableQuery({ ...TABLE, sql }, ALL)).toBe(sql);
  });

  it('orders the rows, and reads columns once more under names of their own behind the others', () => {
    const text = { columns: ['b'], repeated: ['a]', 'b'], order: ['a]', 'b'], condition: '[b] > @from1' };
    expect(tableQuery({ ...TABLE, where: 'c = 1' }, text)).toBe(
      'SELECT [b], [a]]] AS [landfall key 1], [b] AS [landfall key 2] FROM [shop].[orders]' +
        ' WHERE (\nc = 1\n) AND [b] > @from1 ORDER BY [a]]], [b]',
    );
  });

  it('makes a derived table of a custom query whose rows are to be ordered', () => {
    const query = { ...TABLE, sql: 'SELECT 1 AS a -- one' };
    expect(sourceText({ ...TABLE, sql: "SELECT ';' AS a ;\n; " })).toBe("(\nSELECT ';' AS a\n) AS [landfall]");
    expect(tableQuery(query, { ...ALL, order: ['a'] })).toBe(
      'SELECT * FROM (\nSELECT 1 AS a -- one\n) AS [landfall] ORDER BY [a]',
    );
  });

  it('asks for the description of the columns alone', () => {
    expect(tableQuery(TABLE, { columns: ['a'], order: ['a'], describesOnly: true })).toBe(
      'SELECT TOP (0) [a] FROM [shop].[orders]',
    );
  });
});

describe('the settings of a session', () => {
  it.each([
    ['snapshot', 'SNAPSHOT'],
    ['read-committed', 'READ COMMITTED'],
    ['read-uncommitted', 'READ UNCOMMITTED'],
  ] as const)('%s sets %s first', (isolation, sql) => {
    const lines = sessionSettings(isolation, 30_000).split('\n');
    expect(lines[0]).toBe(`SET TRANSACTION ISOLATION LEVEL ${sql};`);
    expect(lines[1]).toBe('SET LOCK_TIMEOUT 30000;');
  });

  it('undo every setting that cuts a result or hides its row count', () => {
    const lines = sessionSettings('read-committed', 0).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'SET DEADLOCK_PRIORITY LOW;',
        'SET NOCOUNT OFF;',
        'SET ROWCOUNT 0;',
        'SET TEXTSIZE 2147483647;',
        'SET LANGUAGE us_english;',
        'SET DATEFORMAT mdy;',
        'SET DATEFIRST 7;',
      ]),
    );
    expect(lines.every((line) => /^SET [A-Z_, ]+\S+;$/.test(line) || /^SET .* (ON|OFF);$/.test(line))).toBe(true);
  });
});
