import { describe, expect, it } from '@jest/globals';
import { Binary, Bool, Decimal, Float32, Float64, Int64, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf } from '../../unit/format/arrow-columns.ts';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', ',', '\r', '\n', '\\', ' '),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});
const row = fc.record({
  text: fc.option(text),
  name: fc.option(text),
  big: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  price: fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
  double: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  real: fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })),
  truth: fc.option(fc.boolean()),
  bytes: fc.option(fc.uint8Array()),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const types = {
  text: new Utf8(),
  name: new Utf8(),
  big: new Int64(),
  price: new Decimal(6, 38, 128),
  double: new Float64(),
  real: new Float32(),
  truth: new Bool(),
  bytes: new Binary(),
};
const names = Object.keys(types) as (keyof Row)[];

async function encoded(format: 'csv' | 'jsonl' | 'json', rows: readonly Row[]): Promise<string> {
  const columns = names.map((name) => [name, { type: types[name], cells: rows.map((cells) => cells[name]) }]);
  const batch = batchOf(Object.fromEntries(columns));
  const cut = Math.floor(rows.length / 2);
  const halves = batchesOf(batch.slice(0, cut), batch.slice(cut));
  return (await bytesOf(createEncoder({ format, compression: 'none' }).encode(batch.schema, halves))).toString();
}

/** What a field must hold: undefined for NULL. */
function expectedText(name: keyof Row, cells: Row): string | undefined {
  const cell = cells[name];
  if (cell === null) return undefined;
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64');
  if (name === 'price') {
    const digits = String(cell).replace('-', '').padStart(7, '0');
    return `${(cell as bigint) < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }
  return String(cell);
}

function same(name: keyof Row, found: string | undefined, cells: Row): void {
  const expected = expectedText(name, cells);
  if (expected === undefined || (name !== 'double' && name !== 'real')) expect(found).toBe(expected);
  else if (name === 'real') expect(Math.fround(Number(found))).toBe(cells.real);
  else expect(Number(found)).toBe(cells.double);
}

/** A reader by the grammar of RFC 4180 that tells an empty field (undefined) from a quoted empty one. */
function readCsv(document: string): (string | undefined)[][] {
  const lines: (string | undefined)[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(document); match !== null; match = field.exec(document)) {
    lines.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? (match[2] === '' ? undefined : match[2]));
    if (match[3] === '\r\n') lines.push([]);
    if (field.lastIndex === document.length) break;
  }
  return lines.slice(0, -1);
}

type JsonObject = Record<string, string | boolean | null>;

type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;

/** Number literals become their own text, since JSON.parse would round them. */
function parseExactly(json: string): JsonObject {
  const keepDigits: Reviver = (_key, value, { source }) => (typeof value === 'number' ? source : value);
  return JSON.parse(json, keepDigits as (key: string, value: unknown) => unknown);
}

function resultOf(document: string): JsonObject[] {
  return parseExactly(document).Result as unknown as JsonObject[];
}

describe('what is written reads back', () => {
  it('from csv', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const [header, ...lines] = readCsv(await encoded('csv', rows));
        expect(header).toEqual(names);
        expect(lines.length).toBe(rows.length);
        for (const [index, cells] of rows.entries()) {
          for (const [column, name] of names.entries()) same(name, lines[index]![column], cells);
        }
      }),
    );
  });

  it.each(['jsonl', 'json'] as const)('from %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const document = await encoded(format, rows);
        const objects = format === 'json' ? resultOf(document) : document.trimEnd().split('\n').map(parseExactly);
        expect(objects.length).toBe(rows.length);
        for (const [index, cells] of rows.entries()) {
          const object = objects[index]!;
          expect(Object.keys(object)).toEqual(names);
          for (const name of names) same(name, object[name] === null ? undefined : String(object[name]), cells);
        }
      }),
    );
  });
});
