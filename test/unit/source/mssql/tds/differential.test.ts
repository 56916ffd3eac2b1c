import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import { isExhaustive } from '../../../../support/exhaustive.ts';
import { cutAt, plpShape, type RandomTable, randomTable, variantValue } from '../../../../support/tds/arbitraries.ts';
import { COLLATION_NAMES, repertoire } from '../../../../support/tds/collations.ts';
import { expectedText, landedTexts, losesSomething } from '../../../../support/tds/landed-text.ts';
import { tediousRows } from '../../../../support/tds/tedious-parser.ts';
import { isExactInTedious, tediousText } from '../../../../support/tds/tedious-text.ts';
import { colMetadata, done, nbcRow, row } from '../../../../support/tds/tokens.ts';
import type { PlpShape, WireColumn, WireType, WireValue } from '../../../../support/tds/wire-types.ts';
import { reading } from './decoding.ts';

/** Small enough that a table of a dozen rows comes in several batches. */
const LIMITS = { batchRows: 5 };
const LANGUAGES = COLLATION_NAMES.filter((name) => !name.includes('UTF8'));

interface Reading {
  readonly batches: readonly RecordBatch[];
  readonly serverRows: number | undefined;
  readonly lossy: ReadonlyMap<string, number>;
  readonly names: readonly string[];
}

function encoded({ columns, rows }: RandomTable, plp?: PlpShape, sparse: readonly boolean[] = [false]): Buffer {
  const tokens = rows.map((values, index) => (sparse[index % sparse.length] ? nbcRow : row)(columns, values, plp));
  return Buffer.concat([colMetadata(columns), ...tokens, done({ rowCount: rows.length })]);
}

function decoded(chunks: readonly Buffer[], limits = LIMITS): Reading {
  const { reader } = reading(limits);
  const batches = chunks.flatMap((chunk) => reader.push(chunk));
  const last = reader.finish();
  return {
    batches: last === undefined ? batches : [...batches, last],
    serverRows: reader.serverRows,
    lossy: reader.decoder!.lossyValues(),
    names: reader.decoder!.schema.fields.map(({ name }) => name),
  };
}

/** What tedious read, as it would be landed; undefined where it is not exact. */
function landedByTedious(type: WireType, sent: WireValue, cell: unknown): string | undefined {
  if (sent === null || !isExactInTedious(type, sent)) return undefined;
  if (typeof sent === 'string') return expectedText(type, tediousText(type, cell));
  return expectedText(type, { of: sent.of, text: tediousText(sent.of, cell)! });
}

function expectSame(table: RandomTable, read: Reading, byTedious: readonly (readonly unknown[])[]): void {
  const { columns, rows } = table;
  expect(read.serverRows).toBe(rows.length);
  expect(byTedious).toHaveLength(rows.length);
  for (const [column, { type }] of columns.entries()) {
    const texts = landedTexts(read.batches, column);
    expect(texts).toEqual(rows.map((values) => expectedText(type, values[column]!)));
    for (const [index, values] of rows.entries()) {
      const theirs = landedByTedious(type, values[column]!, byTedious[index]![column]);
      if (theirs !== undefined) expect(texts[index]).toBe(theirs);
      if (values[column] === null) expect(byTedious[index]![column]).toBeNull();
    }
    const lossy = rows.filter((values) => losesSomething(type, values[column]!)).length;
    expect(read.lossy.get(read.names[column]!) ?? 0).toBe(lossy);
  }
}

describe('our decoder and that of tedious', () => {
  it('read random tables alike, wherever tedious is exact; elsewhere ours reads what was sent', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 8 });
    const sparse = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(randomTable(), plpShape(), sparse, cuts, (table, plp, rowForms, fractions) => {
        const stream = encoded(table, plp, rowForms);
        expectSame(table, decoded(cutAt(stream, fractions)), tediousRows(stream));
      }),
      { numRuns: isExhaustive ? 600 : 300 },
    );
  });

  it('read wide tables alike, one byte at a time', () => {
    fc.assert(
      fc.property(randomTable({ maxColumns: 40, maxRows: 4 }), plpShape(), (table, plp) => {
        const stream = encoded(table, plp, [false, true]);
        expectSame(table, decoded([...stream].map((byte) => Buffer.of(byte))), tediousRows(stream));
      }),
      { numRuns: 40 },
    );
  });

  it('read a sql_variant of every inner type alike', () => {
    const columns: WireColumn[] = [{ name: 'v', type: { kind: 'sql_variant' } }];
    fc.assert(
      fc.property(fc.array(fc.option(variantValue(), { freq: 6 }), { minLength: 1, maxLength: 20 }), (values) => {
        const table = { columns, rows: values.map((value) => [value]) };
        const stream = encoded(table);
        expectSame(table, decoded([stream]), tediousRows(stream));
      }),
      { numRuns: 200 },
    );
  });
});

describe('our decoder', () => {
  it.each(LANGUAGES)('reads every character of %s', (collation) => {
    const type: WireType = { kind: 'varchar', length: 2, collation };
    const table = { columns: [{ name: 'c', type }], rows: repertoire(collation).map((character) => [character]) };
    expect(table.rows.length).toBeGreaterThan(190);
    const { batches, lossy } = decoded([encoded(table)], { batchRows: 8192 });
    expect(landedTexts(batches, 0)).toEqual(table.rows.map(([character]) => character));
    expect(lossy.size).toBe(0);
  });

  it.each<WireType>([
    { kind: 'nvarchar', length: 20 },
    { kind: 'nvarchar', length: 'max' },
    { kind: 'ntext' },
    { kind: 'sql_variant' },
  ])('puts U+FFFD for halves of pairs in %j and counts the values', (type) => {
    const values = ['\ud83d', 'a\ude00b', '😀', '\ud83d\ud83d\ude00', '\ude00\ud83d', 'ok'];
    const { batches, lossy } = decoded([
      encoded({ columns: [{ name: 'n', type }], rows: values.map((text) => [text]) }),
    ]);
    expect(landedTexts(batches, 0)).toEqual(values.map((text) => text.toWellFormed()));
    expect(lossy).toEqual(new Map([['n', 4]]));
  });

  it('reads values larger than many packets, whatever the sizes of their chunks', () => {
    const unicode = '日本😀a'.repeat(20_000);
    const bytes = 'a1b2c3d4'.repeat(25_000);
    const columns: WireColumn[] = [
      { name: 'id', type: { kind: 'int', nullable: false } },
      { name: 'n', type: { kind: 'nvarchar', length: 'max' } },
      { name: 'b', type: { kind: 'varbinary', length: 'max' } },
      { name: 't', type: { kind: 'text' } },
    ];
    const rows = [
      ['1', unicode, bytes, 'x'.repeat(100_000)],
      ['2', null, '', null],
      ['3', '', bytes, ''],
    ];
    for (const chunkBytes of [[1, 8000], [8040], [3, 1, 65_536], [7]]) {
      const stream = encoded({ columns, rows }, { chunkBytes, unknownLength: chunkBytes.length > 1 }, [false, true]);
      const packets = Array.from({ length: Math.ceil(stream.length / 4096) }, (_, i) =>
        stream.subarray(i * 4096, (i + 1) * 4096),
      );
      const { batches } = decoded(packets);
      for (const column of columns.keys()) {
        expect(landedTexts(batches, column).map((text) => text ?? null)).toEqual(rows.map((values) => values[column]));
      }
    }
  });
});
