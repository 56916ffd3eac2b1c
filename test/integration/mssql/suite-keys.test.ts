import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { chunksOf, keyedRows } from './keyed-walk.ts';
import { customQuery, numbers, sourceOn, wholeTable } from './suite-tables.ts';

const ROWS = 300;

describe.each(SUBJECTS)('keyed reading on $title', ({ start }) => {
  let server: SubjectServer;
  let source: Source;

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server, { batchRows: 7 });
    const orders = server.named('orders');
    await server.run(
      `CREATE TABLE ${orders} (n int NOT NULL, region varchar(10) NOT NULL, at datetime2(7) NOT NULL,
         line decimal(9,2) NOT NULL, note nvarchar(20) NULL, PRIMARY KEY (region, at, line))`,
      // 3 regions with 25 moments of 4 lines each.
      `INSERT INTO ${orders} (n, region, at, line, note)
       SELECT n, CASE n % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'South' ELSE 'east' END,
              DATEADD(nanosecond, (n / 12) * 100, CONVERT(datetime2(7), N'2026-11-22T13:46:50')), (n / 3) % 4 + 0.25, N'x'
         FROM ${numbers(3)} WHERE n < ${ROWS}`,
      `CREATE TABLE ${server.named('heap')} (n int NOT NULL, k int NULL)`,
      `INSERT INTO ${server.named('heap')} VALUES (1, NULL), (2, 5), (3, 3), (4, 9)`,
      `CREATE TABLE ${server.named('unique')} (n int NOT NULL UNIQUE, k int NULL)`,
      `INSERT INTO ${server.named('unique')} VALUES (9, 1), (7, 2), (8, 3)`,
      `CREATE TABLE ${server.named('variants')} (n int NOT NULL, k sql_variant NOT NULL PRIMARY KEY)`,
      `INSERT INTO ${server.named('variants')} VALUES (1, 2), (2, 1)`,
      `CREATE VIEW ${server.named('seen')} AS SELECT n, k, n * 2 AS twice FROM ${server.named('unique')}`,
    );
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  const inOrder = async (sql: string): Promise<string[]> => (await server.ask(sql)).map(([n]) => n!);
  const ordersInOrder = async (): Promise<string[]> =>
    await inOrder(`SELECT n FROM ${server.named('orders')} ORDER BY region, at, line`);

  describe('a key of several columns', () => {
    it('orders the rows, and each of its values is a bound that its row begins', async () => {
      const query = wholeTable(server, 'orders');
      const all = await keyedRows(source, query);
      expect(all.key).toEqual(['region', 'at', 'line']);
      expect(all.numbers).toEqual(await ordersInOrder());
      expect(all.keys[0]).toEqual(['east', '2026-11-22T13:46:50.0000000', '0.25']);
      const places = [1, 2, 3, 4, 5, 99, 100, 101, 104, 200, 201, ROWS - 1];
      const chunks = await chunksOf(
        source,
        query,
        places.map((place) => all.keys[place]!),
      );
      expect(chunks).toEqual([0, ...places].map((place, i) => all.numbers.slice(place, places[i])));
    });

    it('goes on behind each row', async () => {
      const query = wholeTable(server, 'orders');
      const all = await keyedRows(source, query);
      for (let place = 0; place < ROWS; place += 23) {
        const rest = await keyedRows(source, query, { from: { values: all.keys[place]!, inclusive: false } });
        expect(rest.keys).toEqual(all.keys.slice(place + 1));
      }
    });

    it.each<{ select: string[]; names: string[] }>([
      { select: ['n'], names: ['n'] },
      { select: ['note', 'n', 'line'], names: ['note', 'n', 'line'] },
      { select: ['-region'], names: ['n', 'at', 'line', 'note'] },
    ])('is there too when not all of it lands: $select', async ({ select, names }) => {
      const all = await keyedRows(source, wholeTable(server, 'orders'));
      const some = await keyedRows(source, wholeTable(server, 'orders', { select }));
      expect(some.schema.names).toEqual(names);
      expect([some.key, some.primaryKey]).toEqual([all.key, []]);
      expect([some.keys, some.numbers]).toEqual([all.keys, all.numbers]);
    });

    it('counts the digits that do not land of landed columns alone', async () => {
      const stream = await source.open(
        wholeTable(server, 'orders', { select: ['n', 'at'] }),
        new AbortController().signal,
      );
      for await (const _ of stream.batches);
      expect([...stream.lossyValues().keys()]).toEqual(['at']);
      const without = await source.open(wholeTable(server, 'orders', { select: ['n'] }), new AbortController().signal);
      for await (const _ of without.batches);
      expect([...without.lossyValues()]).toEqual([]);
    });

    it('may be cut by a filter of the table besides', async () => {
      const query = wholeTable(server, 'orders', { where: "region = 'north' OR line > 3 -- both" });
      const all = await keyedRows(source, query);
      expect(all.numbers.length).toBeLessThan(ROWS);
      const chunks = await chunksOf(source, query, [all.keys[10]!, all.keys[60]!]);
      expect(chunks).toEqual([all.numbers.slice(0, 10), all.numbers.slice(10, 60), all.numbers.slice(60)]);
    });
  });

  describe('without a named key', () => {
    it('a unique index without nulls orders the rows', async () => {
      const { key, numbers: found } = await keyedRows(source, wholeTable(server, 'unique'));
      expect([key, found]).toEqual([['n'], ['7', '8', '9']]);
    });

    it.each(['heap', 'variants', 'seen'])('%s has none', async (table) => {
      const stream = await source.open(wholeTable(server, table), new AbortController().signal);
      for await (const batch of stream.batches) expect(() => stream.keyAt(batch, 0)).toThrow(/rows that have none/);
      expect(stream.key).toEqual([]);
    });

    it('a custom query has none', async () => {
      const sql = `SELECT n FROM ${server.named('unique')}`;
      const stream = await source.open(customQuery(sql), new AbortController().signal);
      for await (const _ of stream.batches);
      expect(stream.key).toEqual([]);
    });
  });

  describe('with a named key', () => {
    it('a table is ordered by it, and rows where it is null are not lost', async () => {
      const query = wholeTable(server, 'heap', { key: ['k'] });
      expect(await chunksOf(source, query, [['5'], ['9']])).toEqual([['1', '3'], ['2'], ['4']]);
      await expect(keyedRows(source, query)).rejects.toMatchObject({
        code: 'KEY_UNUSABLE',
        retry: 'permanent',
        message: expect.stringContaining('the key column "k" holds NULL'),
      });
    });

    it.each<[string, () => TableQuery]>([
      ['a view', () => wholeTable(server, 'seen', { key: ['twice'] })],
      [
        'a custom query',
        () => customQuery(`SELECT n, n * 2 AS twice FROM ${server.named('unique')} -- end`, { key: ['twice'] }),
      ],
    ])('%s is ordered and cut by it', async (_, queryOf) => {
      const query = queryOf();
      const all = await keyedRows(source, query);
      expect([all.key, all.keys, all.numbers]).toEqual([['twice'], [['14'], ['16'], ['18']], ['7', '8', '9']]);
      expect(await chunksOf(source, query, [['16']])).toEqual([['7'], ['8', '9']]);
    });

    it('a custom query is cut by a text in its own collation', async () => {
      const sql = `SELECT n, region + '-' + CONVERT(varchar(9), n) AS k FROM ${server.named('orders')} WHERE n < 40`;
      const query = customQuery(sql, { key: ['k'] });
      const all = await keyedRows(source, query);
      expect(all.numbers).toEqual(await inOrder(`SELECT n FROM (${sql}) AS q ORDER BY k`));
      const chunks = await chunksOf(source, query, [all.keys[13]!, all.keys[27]!]);
      expect(chunks).toEqual([all.numbers.slice(0, 13), all.numbers.slice(13, 27), all.numbers.slice(27)]);
    });
  });

  describe('a key that is refused', () => {
    const refusal = async (query: TableQuery): Promise<unknown> =>
      await source.open(query, new AbortController().signal).then(
        () => undefined,
        (error: unknown) => error,
      );

    it('names a column that is not there', async () => {
      const sql = `SELECT n FROM ${server.named('unique')}`;
      for (const query of [wholeTable(server, 'unique', { key: ['n', 'm'] }), customQuery(sql, { key: ['n', 'm'] })]) {
        expect(await refusal(query)).toMatchObject({
          code: 'COLUMN_NOT_FOUND',
          retry: 'permanent',
          message: expect.stringContaining('names "m"'),
          remedy: expect.stringContaining('n'),
        });
      }
    });

    it('is of a type that cannot order the rows', async () => {
      const sql = `SELECT n, CONVERT(xml, N'<a/>') AS x FROM ${server.named('unique')}`;
      const cases = [
        [wholeTable(server, 'variants', { key: ['k'] }), '"k", whose type sql_variant'],
        [customQuery(sql, { key: ['x'] }), '"x", whose type xml'],
      ] as const;
      for (const [query, message] of cases) {
        expect(await refusal(query)).toMatchObject({
          code: 'KEY_UNUSABLE',
          retry: 'permanent',
          message: expect.stringContaining(message),
          remedy: expect.stringContaining('leave it out'),
        });
      }
    });

    it('is of a query that cannot be a part of another one', async () => {
      const sql = `SELECT n FROM ${server.named('unique')} ORDER BY n`;
      expect(await refusal(customQuery(sql, { key: ['n'] }))).toMatchObject({
        retry: 'permanent',
        message: expect.stringContaining('SQL Server error 1033'),
        remedy: expect.stringContaining('neither WITH nor ORDER BY'),
      });
      expect(await refusal(wholeTable(server, 'nothing', { key: ['n'] }))).toMatchObject({ code: 'TABLE_NOT_FOUND' });
    });

    it('was there when the range was made', async () => {
      const range = { from: { values: ['1'], inclusive: false } };
      expect(await refusal(wholeTable(server, 'heap', { range }))).toMatchObject({ code: 'KEY_UNUSABLE' });
      expect(await refusal(wholeTable(server, 'unique', { key: [], range }))).toMatchObject({ name: 'Error' });
    });
  });
});
