import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import type { Source } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { land, landingError } from './reading.ts';
import { customQuery, numbers, sourceOn, wholeTable } from './suite-tables.ts';

const MANY_ROWS = 50_000;
const BIG_BYTES = 3_000_000;

/** Every row's texts. */
function rowsOf(batches: readonly RecordBatch[], columns: number): (string | undefined)[][] {
  const texts = Array.from({ length: columns }, (_, column) => landedTexts(batches, column));
  return texts[0]?.map((_, row) => texts.map((column) => column[row])) ?? [];
}

const sumOf = (texts: readonly (string | undefined)[]): bigint =>
  texts.reduce((sum, text) => sum + BigInt((text ?? '0').replace('.', '')), 0n);

const largest = (texts: readonly (string | undefined)[]): string =>
  texts.reduce<string>((most, text) => (text !== undefined && text > most ? text : most), '');

describe.each(SUBJECTS)('on $title', ({ start }) => {
  let server: SubjectServer;
  let source: Source;

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server, { maxValueBytes: 16 * 1024 * 1024 });
    await server.run(
      `CREATE TABLE ${server.named('small')} (id int NOT NULL PRIMARY KEY, v nvarchar(20) NULL)`,
      `INSERT INTO ${server.named('small')} VALUES (1, N'one'), (2, NULL), (3, N'three')`,
    );
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  const small = (): string => server.named('small');

  async function landed(sql: string): Promise<{ names: string[]; rows: (string | undefined)[][]; serverRows: number }> {
    const { schema, batches, serverRows, primaryKey } = await land(source, customQuery(sql));
    expect(primaryKey).toEqual([]);
    return { names: schema.names as string[], rows: rowsOf(batches, schema.fields.length), serverRows };
  }

  describe('a custom query', () => {
    it('gives its rows in its order', async () => {
      expect(await landed(`SELECT id, v FROM ${small()} ORDER BY id DESC`)).toEqual({
        names: ['id', 'v'],
        rows: [
          ['3', 'three'],
          ['2', undefined],
          ['1', 'one'],
        ],
        serverRows: 3,
      });
    });

    it('may use common table expressions, joins, TOP and OFFSET', async () => {
      const common = `WITH few AS (SELECT TOP (2) id, v FROM ${small()} ORDER BY id)
        SELECT f.id, COUNT(*) AS met FROM few AS f JOIN ${small()} AS s ON s.id >= f.id GROUP BY f.id ORDER BY f.id`;
      expect((await landed(common)).rows).toEqual([
        ['1', '3'],
        ['2', '2'],
      ]);
      const page = `SELECT id FROM ${small()} ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY`;
      expect((await landed(page)).rows).toEqual([['2']]);
    });

    it('names columns that have no name or share one', async () => {
      const { names, rows } = await landed("SELECT 1 AS a, 2 AS b, 3 AS a, 4, N'x'");
      expect(names).toEqual(['a', 'b', 'a_2', 'column_4', 'column_5']);
      expect(rows).toEqual([['1', '2', '3', '4', 'x']]);
    });

    it('without rows has its columns', async () => {
      expect(await landed(`SELECT id, v FROM ${small()} WHERE id > 100`)).toEqual({
        names: ['id', 'v'],
        rows: [],
        serverRows: 0,
      });
    });

    it('may DECLARE, SET and PRINT before its rows', async () => {
      const sql = `DECLARE @least int = 2, @word nvarchar(10);
        SET @word = N'found';
        PRINT 'reading';
        IF @least > 1 PRINT 'from ' + @word;
        SELECT id, @word AS word FROM ${small()} WHERE id >= @least ORDER BY id`;
      expect((await landed(sql)).rows).toEqual([
        ['2', 'found'],
        ['3', 'found'],
      ]);
    });

    it('may fill a temporary table, whose counts are not its own', async () => {
      const sql = `CREATE TABLE #picked (id int NOT NULL);
        INSERT INTO #picked (id) SELECT id FROM ${small()};
        INSERT INTO #picked (id) VALUES (10);
        DELETE FROM #picked WHERE id = 2;
        SELECT id FROM #picked ORDER BY id`;
      expect(await landed(sql)).toEqual({ names: ['id'], rows: [['1'], ['3'], ['10']], serverRows: 3 });
    });

    it('leaves nothing behind for the next one', async () => {
      await landed('SET ROWCOUNT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1 AS a');
      expect((await landed(`SELECT id FROM ${small()}`)).serverRows).toBe(3);
      expect((await land(source, wholeTable(server, 'small'))).rows).toBe(3);
    });
  });

  describe('is refused', () => {
    it.each<[what: string, sql: () => string, expected: object]>([
      ['two results', () => 'SELECT 1 AS a; SELECT 2 AS b', { code: 'MULTIPLE_RESULTS', retry: 'permanent' }],
      ['no result', () => 'DECLARE @a int; SET @a = 1', { code: 'NO_COLUMNS', retry: 'permanent' }],
      [
        'SET NOCOUNT ON',
        () => `SET NOCOUNT ON; SELECT id FROM ${small()}`,
        { code: 'ROW_COUNT_MISSING', retry: 'permanent' },
      ],
      ['an unknown table', () => `SELECT * FROM ${server.named('no such table')}`, { code: 'TABLE_NOT_FOUND' }],
      ['an unknown column', () => `SELECT no_such FROM ${small()}`, { code: 'COLUMN_NOT_FOUND' }],
      ['wrong syntax', () => 'SELEKT 1', { retry: 'permanent' }],
      ['a division by zero', () => `SELECT 6 / (id - id) AS v FROM ${small()}`, { code: 'VALUE_INVALID' }],
      [
        'a value that cannot be converted',
        () => `SELECT CONVERT(int, v) AS v FROM ${small()}`,
        { code: 'VALUE_INVALID', retry: 'permanent' },
      ],
      [
        "a user's error behind rows",
        () => `SELECT id FROM ${small()}; THROW 50001, N'not today', 1`,
        {
          code: 'QUERY_FAILED',
          message: expect.stringMatching(/not today \(SQL Server error 50001, state 1, class 16\)/),
        },
      ],
    ])('%s', async (_, sql, expected) => {
      expect(await landingError(source, customQuery(sql()))).toMatchObject({ name: 'SourceError', ...expected });
      expect((await land(source, wholeTable(server, 'small'))).rows).toBe(3);
    });

    it('NOCOUNT that is taken back is not', async () => {
      expect((await landed('SET NOCOUNT ON; SET NOCOUNT OFF; SELECT 1 AS a')).serverRows).toBe(1);
    });

    it.each<[what: string, table: string, rest: object, expected: object]>([
      ['a table that is not there', 'no such table', {}, { code: 'TABLE_NOT_FOUND', retry: 'permanent' }],
      [
        'a column of select',
        'small',
        { select: ['nope'] },
        { code: 'COLUMN_NOT_FOUND', remedy: 'Columns that exist: id, v.' },
      ],
      [
        'a column of where',
        'small',
        { where: 'nope > 1' },
        { code: 'COLUMN_NOT_FOUND', message: expect.stringContaining('SQL Server error 207,') },
      ],
      ['a where that is no condition', 'small', { where: 'id = = 1' }, { code: 'SYNTAX_ERROR' }],
    ])('%s', async (_, table, rest, expected) => {
      expect(await landingError(source, wholeTable(server, table, rest))).toMatchObject(expected);
    });
  });

  it(`${MANY_ROWS} rows land whole, with exact sums`, async () => {
    const table = server.named('many');
    const tenth = server.named('a tenth');
    const columns = `id int NOT NULL PRIMARY KEY, amount decimal(28,9) NOT NULL, price money NULL, code varchar(20) NOT NULL,
      at datetime2(3) NULL, word nvarchar(40) NULL, far bigint NOT NULL`;
    await server.run(
      `CREATE TABLE ${tenth} (${columns})`,
      `INSERT INTO ${tenth} (id, amount, price, code, at, word, far)
        SELECT n, CONVERT(decimal(28,9), n) * 1234567.890123456 - 98765432109.000000001,
          CASE WHEN n % 7 = 0 THEN NULL ELSE CONVERT(money, n) * 0.0101 END, 'code ' + CONVERT(varchar(10), n),
          DATEADD(millisecond, n, CONVERT(datetime2(3), N'2026-01-01T00:00:00')),
          CASE WHEN n % 3 = 0 THEN NULL ELSE N'表 ' + CONVERT(nvarchar(10), n) END,
          CONVERT(bigint, n) * 100000000000000 FROM ${numbers(4)} WHERE n < ${MANY_ROWS / 10}`,
      `CREATE TABLE ${table} (${columns})`,
      // Computed once and then copied: the test server computes decimals slowly.
      `INSERT INTO ${table} (id, amount, price, code, at, word, far)
        SELECT n * ${MANY_ROWS / 10} + t.id, t.amount, t.price, t.code, t.at, t.word, t.far
          FROM ${tenth} AS t CROSS JOIN ${numbers(1)}`,
    );
    const [expected] = await server.ask(
      `SELECT CONVERT(varchar(20), COUNT(*)), CONVERT(varchar(60), SUM(amount)), CONVERT(varchar(60), SUM(price), 2),
        CONVERT(varchar(20), COUNT(price)), CONVERT(varchar(60), SUM(CONVERT(decimal(38,0), far))), CONVERT(varchar(20), COUNT(word)),
        MAX(code), CONVERT(varchar(40), MAX(at), 121) FROM ${table}`,
    );
    const { batches, serverRows, rows } = await land(source, wholeTable(server, 'many'));
    const [ids, amounts, prices, codes, moments, words, fars] = Array.from({ length: 7 }, (_, at) =>
      landedTexts(batches, at),
    );
    const decimal = (units: bigint, scale: number): string =>
      `${units < 0n ? '-' : ''}${String(units < 0n ? -units : units).padStart(scale + 1, '0')}`.replace(
        new RegExp(`(\\d{${scale}})$`),
        '.$1',
      );
    const count = (texts: (string | undefined)[]): string => String(texts.filter((text) => text !== undefined).length);
    expect([rows, serverRows, new Set(ids).size]).toEqual([MANY_ROWS, MANY_ROWS, MANY_ROWS]);
    expect([
      count(ids!),
      decimal(sumOf(amounts!), 9),
      decimal(sumOf(prices!), 4),
      count(prices!),
      String(sumOf(fars!)),
      count(words!),
      largest(codes!),
      largest(moments!),
    ]).toEqual(expected);
    expect(words![1]).toBe(`表 ${ids![1]}`);
  });

  it('values of 3 MB land unchanged', async () => {
    const table = server.named('big values');
    await server.run(
      `CREATE TABLE ${table} (id int NOT NULL PRIMARY KEY, a varchar(max) NULL, w nvarchar(max) NULL, b varbinary(max) NULL)`,
      `INSERT INTO ${table} (id, a) VALUES (1, REPLICATE(CONVERT(varchar(max), 'abcdefghij'), ${BIG_BYTES / 10}))`,
      `INSERT INTO ${table} (id, w) VALUES (2, REPLICATE(CONVERT(nvarchar(max), N'ä表😀x '), ${BIG_BYTES / 12}))`,
      `INSERT INTO ${table} (id, b)
        VALUES (3, CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), 'binary'), ${BIG_BYTES / 6})))`,
    );
    const hash = (column: string): string =>
      `LOWER(CONVERT(varchar(64), HASHBYTES('SHA2_256', CONVERT(varbinary(max), ${column})), 2))`;
    const expected = await server.ask(`SELECT ${['a', 'w', 'b'].map(hash).join(', ')} FROM ${table} ORDER BY id`);
    const { batches } = await land(source, wholeTable(server, 'big values'));
    const [latin, wide, bytes] = [1, 2, 3].map((column) => landedTexts(batches, column));
    const digest = (text: string | undefined, encoding: BufferEncoding): string | null =>
      text === undefined ? null : createHash('sha256').update(Buffer.from(text, encoding)).digest('hex');
    expect(
      latin!.map((_, row) => [
        digest(latin![row], 'latin1'),
        digest(wide![row], 'utf16le'),
        digest(bytes![row], 'hex'),
      ]),
    ).toEqual(expected);
    expect([latin![0]!.length, wide![1]!.length, bytes![2]!.length]).toEqual([BIG_BYTES, BIG_BYTES / 2, BIG_BYTES * 2]);
  });

  it('a value beyond max_value_bytes is refused by column and key', async () => {
    const careful = sourceOn(server, { maxValueBytes: 1_000_000 });
    try {
      const error = await landingError(careful, wholeTable(server, 'big values'));
      expect(error).toMatchObject({
        code: 'VALUE_TOO_LARGE',
        retry: 'permanent',
        message: expect.stringMatching(/"a".*id.*1/),
      });
    } finally {
      await careful.close();
    }
  });
});
