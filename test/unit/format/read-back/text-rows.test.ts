import { describe, expect, it } from '@jest/globals';
import { Int32, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { createEncoder } from '../../../../shared/format/create-encoder.ts';
import { type TextFormat, textFrames } from '../../../../shared/format/read-back/text-frame.ts';
import { TextRows } from '../../../../shared/format/read-back/text-rows.ts';
import { batchesOf, batchOf, bytesOf } from '../arrow-columns.ts';

const FORMATS: readonly TextFormat[] = ['csv', 'jsonl', 'json'];

async function encoded(format: TextFormat, texts: readonly (string | null)[]): Promise<Buffer> {
  const batch = batchOf({ a: { type: new Utf8(), cells: texts } });
  return await bytesOf(createEncoder({ format, compression: 'none' }).encode(batch.schema, batchesOf(batch)));
}

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function counted(format: TextFormat, bytes: Uint8Array, pieceBytes: number) {
  const counting = new TextRows(textFrames[format]);
  for (const piece of piecesOf(bytes, pieceBytes)) counting.add(piece);
  return counting.end();
}

function rowsOf(format: TextFormat, bytes: Uint8Array, pieceBytes: number): string[] {
  const rows: string[] = [];
  const reading = new TextRows(textFrames[format], (row) => rows.push(Buffer.from(row).toString()));
  for (const piece of piecesOf(bytes, pieceBytes)) {
    const lent = Uint8Array.from(piece);
    reading.add(lent);
    lent.fill(0);
  }
  expect(reading.end()).toEqual({ rows: rows.length, flaw: undefined });
  return rows;
}

const awkward = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\\', ']', '}', 'a', 'ż', '\u2028') }),
  fc.constant(null),
);

describe('rows of text files', () => {
  it.each(FORMATS)('are counted as they were written, however the bytes are cut (%s)', async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(awkward, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (texts, size) => {
        const bytes = await encoded(format, texts);
        expect(counted(format, bytes, size)).toEqual({ rows: texts.length, flaw: undefined });
        expect(rowsOf(format, bytes, size)).toHaveLength(texts.length);
      }),
      { numRuns: 60 },
    );
  });

  it.each(FORMATS)('are the same text wherever a row stands in the file (%s)', async (format) => {
    const texts = ['a', 'b\r\n"', null, ''];
    const forwards = rowsOf(format, await encoded(format, texts), 7);
    const backwards = rowsOf(format, await encoded(format, texts.toReversed()), 5);
    expect(backwards).toEqual(forwards.toReversed());
    expect(new Set(forwards).size).toBe(4);
  });

  it('come without what the format puts between them', async () => {
    const batch = batchOf({
      id: { type: new Int32(), cells: [1, 2] },
      name: { type: new Utf8(), cells: ['x', null] },
    });
    const of = async (format: TextFormat) => {
      const bytes = await bytesOf(
        createEncoder({ format, compression: 'none' }).encode(batch.schema, batchesOf(batch)),
      );
      return rowsOf(format, bytes, 3);
    };
    expect(await of('csv')).toEqual(['1,x', '2,']);
    expect(await of('jsonl')).toEqual(['{"id":1,"name":"x"}', '{"id":2,"name":null}']);
    expect(await of('json')).toEqual(await of('jsonl'));
  });

  it.each([
    ['csv', 'a\r\n1\r\n"2', 1, 'ends within a quoted field'],
    ['csv', 'a\r\n1\r\n2', 1, 'ends in the middle of a row'],
    ['csv', '', 0, 'has no header line'],
    ['jsonl', '{"a":1}\n{"a"', 1, 'ends in the middle of a row'],
    ['json', '{"Result": [\n{"a":1},\n{"a":2}\n', 2, 'ends in the middle of a row'],
    ['json', '{"Result": [\n{"a":1},\n{"a":2}\n]}}', 2, 'ends in the middle of a row'],
    ['json', '', 0, 'ends in the middle of a row'],
    ['jsonl', '', 0, undefined],
    ['json', '{"Result": []}', 0, undefined],
  ] as const)('of a %s file that is %j', (format, text, rows, flaw) => {
    for (const size of [1, 4, 100]) expect(counted(format, Buffer.from(text), size)).toEqual({ rows, flaw });
  });

  it('hold no more of an endless row than a closing needs', () => {
    const counting = new TextRows(textFrames.csv);
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    counting.add(Buffer.from('a\r\n"'));
    for (let times = 0; times < 60; times++) counting.add(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * 1024 * 1024);
    expect(counting.end()).toEqual({ rows: 0, flaw: 'ends within a quoted field' });
  });
});
