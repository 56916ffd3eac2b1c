import { describe, expect, it } from '@jest/globals';
import { parseBatch } from '../../../../support/tds-server/database/parse-batch.ts';
import { tokenize } from '../../../../support/tds-server/database/tokenizer.ts';

const shown = (sql: string): string[] => tokenize(sql).map(({ kind, text }) => `${kind} ${text}`.trim());

describe('tokenize', () => {
  it.each([
    ['[a]]b] "c""d"', ['name a]b', 'name c"d', 'end']],
    ["'it''s' N'Größe 😀'", ["text it's", 'wide Größe 😀', 'end']],
    ['a--b\nc/* d /* e */ f */g', ['word a', 'word c', 'word g', 'end']],
    ['1 1.5 .5 1e3 0xAf 0x', ['number 1', 'number 1.5', 'number .5', 'number 1e3', 'binary Af', 'binary', 'end']],
    ['@a @@SPID #t', ['variable @a', 'variable @@SPID', 'word #t', 'end']],
    ['a<>b!=c>=d', ['word a', 'operator <>', 'word b', 'operator !=', 'word c', 'operator >=', 'word d', 'end']],
    ["nothing N 'x'", ['word nothing', 'word N', 'text x', 'end']],
  ])('reads %s', (sql, tokens) => {
    expect(shown(sql)).toEqual(tokens);
  });

  it('counts lines, also within texts and comments', () => {
    const lines = tokenize("a\n'x\ny' b /*\n\n*/ c").map(({ line }) => line);
    expect(lines).toEqual([1, 2, 3, 5, 5]);
  });
});

describe('parseBatch', () => {
  it.each([
    ['SELECT * FORM x', 102, "Incorrect syntax near 'FORM'."],
    ['SELECT a FROM FROM x', 156, "Incorrect syntax near the keyword 'FROM'."],
    ['SELECT 1 WHERE', 102, "Incorrect syntax near 'WHERE'."],
    ['SELECT (1', 102, "Incorrect syntax near '1'."],
    ["SELECT 'abc", 105, "Unclosed quotation mark after the character string 'abc'."],
    ['SELECT /* x', 113, "Missing end comment mark '*/'."],
    ['SELECT a ROWCOUNT FROM t', 156, "Incorrect syntax near the keyword 'ROWCOUNT'."],
    ['SELECT * FROM (SELECT 1 AS a)', 102, "Incorrect syntax near ')'."],
    ['SELECT {x}', 102, "Incorrect syntax near '{'."],
    ['SELECT CAST(1 AS nonsense)', 243, 'Type nonsense is not a defined system type.'],
    ['SELECT a FROM t LIMIT 5 x', 102, "Incorrect syntax near '5'."],
  ])('refuses %s', (sql, number, message) => {
    expect(() => parseBatch(sql)).toThrow(expect.objectContaining({ number, message }));
  });

  it('tells the line of a mistake', () => {
    expect(() => parseBatch('SELECT 1;\n\nSELECT * FORM x')).toThrow(expect.objectContaining({ line: 3 }));
  });

  it('reads several statements with and without semicolons', () => {
    const kinds = parseBatch("SET NOCOUNT ON SELECT 1 AS a; ;DECLARE @x int = 1 PRINT N'x'").map(({ kind }) => kind);
    expect(kinds).toEqual(['option', 'query', 'declare', 'print']);
  });

  it('reads the settings that tedious sends of itself', () => {
    const sql =
      'set ansi_nulls on\nset textsize 2147483647\nset transaction isolation level read committed\nset language us_english';
    expect(parseBatch(sql)).toMatchObject([
      { name: 'ANSI_NULLS', value: 'ON' },
      { name: 'TEXTSIZE', value: '2147483647' },
      { name: 'TRANSACTION ISOLATION LEVEL', value: 'READ COMMITTED' },
      { name: 'LANGUAGE', value: 'US_ENGLISH' },
    ]);
  });
});
