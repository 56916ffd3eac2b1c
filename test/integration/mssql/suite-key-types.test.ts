import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../shared/config/config.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { chunksOf, keyedRows } from './keyed-walk.ts';
import { KEY_CASES, type KeyCase } from './suite-key-cases.ts';
import { sourceOn, wholeTable } from './suite-tables.ts';
import { MOMENT_CASES } from './suite-type-cases.ts';

let server: SubjectServer;
let source: Source;

/** A table with a primary key of the type; values that the server holds equal come once. Gives `n` in the key's order. */
async function fillKeyed(table: string, { type, values }: KeyCase): Promise<string[]> {
  const name = server.named(table);
  await server.run(`CREATE TABLE ${name} (n int NOT NULL, k ${type} NOT NULL PRIMARY KEY)`);
  for (const [i, value] of values.entries()) {
    await server.run(
      `IF NOT EXISTS (SELECT 1 FROM ${name} WHERE k = CAST(${value} AS ${type.split(' COLLATE ')[0]}))
         INSERT INTO ${name} (n, k) VALUES (${i + 1}, ${value})`,
    );
  }
  return await inOrder(table);
}

async function inOrder(table: string): Promise<string[]> {
  return (await server.ask(`SELECT n FROM ${server.named(table)} ORDER BY k`)).map(([n]) => n!);
}

/** Every key of the table goes back to the server: as a bound between chunks, and as a checkpoint to go on behind. */
async function expectEveryRowOnce(query: TableQuery, numbers: readonly string[]): Promise<void> {
  const all = await keyedRows(source, query);
  expect([all.key, all.numbers]).toEqual([['k'], numbers]);
  const chunks = await chunksOf(source, query, all.keys.slice(1));
  expect(chunks).toEqual(numbers.map((number) => [number]));
  for (const [i, values] of all.keys.entries()) {
    const rest = await keyedRows(source, query, { from: { values, inclusive: false } });
    expect(rest.numbers).toEqual(numbers.slice(i + 1));
    expect(rest.keys).toEqual(all.keys.slice(i + 1));
  }
}

describe.each(SUBJECTS)('keys on $title', ({ start }) => {
  beforeAll(async () => {
    server = await start();
    source = sourceOn(server);
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  it.each(KEY_CASES)('of $type cut a table into single rows, each of them once and in order', async (each) => {
    const numbers = await fillKeyed(each.type, each);
    expect(numbers.length).toBeGreaterThan(1);
    await expectEveryRowOnce(wholeTable(server, each.type), numbers);
  });

  it('of rowversion, which the server writes', async () => {
    const name = server.named('versions');
    await server.run(`CREATE TABLE ${name} (n int NOT NULL, k rowversion NOT NULL PRIMARY KEY)`);
    for (const n of [3, 1, 2]) await server.run(`INSERT INTO ${name} (n) VALUES (${n})`);
    await expectEveryRowOnce(wholeTable(server, 'versions'), ['3', '1', '2']);
  });

  const SETTINGS: readonly Temporal[] = ['nanos', 'text', 'utc'];
  const settings = MOMENT_CASES.filter(({ type }) => /\(7\)|datetime$/.test(type)).flatMap(({ type, values }) =>
    SETTINGS.map((temporal) => ({ type, values, temporal })),
  );

  it.each(settings)('of $type keep all their digits with `temporal: $temporal`', async ({ temporal, ...each }) => {
    const table = `${each.type} ${temporal}`;
    // As nanoseconds only the years from 1678 to 2261 land.
    const values = each.values.filter((value) => !/'(0001|9999|1753)/.test(value) || temporal !== 'nanos');
    await expectEveryRowOnce(wholeTable(server, table, { temporal }), await fillKeyed(table, { ...each, values }));
  });
});
