import { describe, expect, it } from '@jest/globals';
import { Field, type RecordBatch, Schema } from 'apache-arrow';
import fc from 'fast-check';
import { mappingFor } from '../../../../shared/source/postgres/column-types.ts';
import { CopyDecoder } from '../../../../shared/source/postgres/copy-decoder.ts';
import type { BatchLimits } from '../../../../shared/source/read-limits.ts';
import { header, int16, int32, int64, row, TRAILER } from './copy-bytes.ts';

const LIMITS: BatchLimits = { batchRows: 100, batchBytes: 1_000_000, maxValueBytes: 200_000 };

/** id int4, big int8, note text */
const TYPES = [23, 20, 25];

function decoder(limits: Partial<BatchLimits> = {}, types = TYPES): CopyDecoder {
  const all = { ...LIMITS, ...limits };
  const shapes = types.map((oid, i) => ({
    name: `c${i}`,
    sourceType: `type ${oid}`,
    type: mappingFor(oid, -1, false).type,
  }));
  const builders = shapes.map((shape, i) => mappingFor(types[i]!, -1, false).builder(shape, all.batchRows));
  const schema = new Schema(shapes.map((shape) => new Field(shape.name, shape.type, true)));
  return new CopyDecoder(schema, builders, all);
}

function push(subject: CopyDecoder, chunk: Buffer): RecordBatch[] {
  const closed: RecordBatch[] = [];
  subject.take(chunk, 0, chunk.length, closed);
  subject.flush(closed);
  return closed;
}

function decode(chunks: readonly Buffer[], subject = decoder()): RecordBatch[] {
  const batches = chunks.flatMap((chunk) => push(subject, chunk));
  const last = subject.finish();
  return last === undefined ? batches : [...batches, last];
}

function valuesOf(batches: readonly RecordBatch[]): unknown[][] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, i) => batch.schema.names.map((_name, c) => batch.getChildAt(c)!.get(i))),
  );
}

const STREAM = Buffer.concat([
  header(),
  row(int32(1), int64(2n ** 40n), Buffer.from('one')),
  row(null, null, null),
  row(int32(-3), int64(-3n), Buffer.from('')),
  row(int32(4), null, Buffer.from('vier 🦆')),
  TRAILER,
]);
const VALUES = [
  [1, 2n ** 40n, 'one'],
  [null, null, null],
  [-3, -3n, ''],
  [4, null, 'vier 🦆'],
];

describe('chunks', () => {
  it('may be one', () => {
    expect(valuesOf(decode([STREAM]))).toEqual(VALUES);
  });

  it('may be cut anywhere', () => {
    for (let at = 0; at <= STREAM.length; at++) {
      expect(valuesOf(decode([STREAM.subarray(0, at), STREAM.subarray(at)]))).toEqual(VALUES);
    }
  });

  it('may be cut at any two places', () => {
    const place = fc.integer({ min: 0, max: STREAM.length });
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const chunks = [STREAM.subarray(0, first), STREAM.subarray(first, second), STREAM.subarray(second)];
        expect(valuesOf(decode(chunks))).toEqual(VALUES);
      }),
    );
  });

  it('may be single bytes, and reused after they were pushed', () => {
    const reused = Buffer.alloc(1);
    const subject = decoder();
    const batches = [...STREAM].flatMap((byte) => {
      reused[0] = byte;
      return push(subject, reused);
    });
    expect(valuesOf([...batches, subject.finish()!])).toEqual(VALUES);
  });

  it('may be smaller than a value', () => {
    const long = Buffer.alloc(150_000, 'abcdefg');
    const stream = Buffer.concat([header(), row(int32(1), null, long), row(int32(2), null, long), TRAILER]);
    const chunks = Array.from({ length: Math.ceil(stream.length / 999) }, (_, i) =>
      stream.subarray(i * 999, i * 999 + 999),
    );
    expect(valuesOf(decode(chunks))).toEqual([
      [1, null, long.toString()],
      [2, null, long.toString()],
    ]);
  });
});

describe('batches', () => {
  const many = (count: number, note: Buffer | null = null): Buffer =>
    Buffer.concat([header(), ...Array.from({ length: count }, (_, i) => row(int32(i), null, note)), TRAILER]);

  it('close at batchRows; several may close in one push', () => {
    const subject = decoder({ batchRows: 10 });
    expect(push(subject, many(25)).map((batch) => batch.numRows)).toEqual([10, 10]);
    expect(subject.finish()!.numRows).toBe(5);
    expect(subject.rows).toBe(25);
  });

  it('close at batchBytes', () => {
    const subject = decoder({ batchBytes: 1_000 });
    expect(push(subject, many(7, Buffer.alloc(400, 'x'))).map((batch) => batch.numRows)).toEqual([3, 3]);
  });

  it('leave no empty one behind', () => {
    const subject = decoder({ batchRows: 10 });
    expect(push(subject, many(20))).toHaveLength(2);
    expect(subject.finish()).toBeUndefined();
  });

  it('are none for an empty table', () => {
    expect(decode([many(0)])).toEqual([]);
  });

  it('never share a buffer, and earlier ones stay as they were', () => {
    const subject = decoder({ batchRows: 10 });
    const [first] = push(subject, many(15, Buffer.from('first'))) as [RecordBatch];
    const before = JSON.stringify(valuesOf([first]));
    const second = subject.finish()!;
    expect(JSON.stringify(valuesOf([first]))).toBe(before);
    const buffers = [first, second].flatMap((batch) =>
      batch.data.children.flatMap(({ values, valueOffsets, nullBitmap }) =>
        [values, valueOffsets, nullBitmap].filter((view) => view?.byteLength > 0).map((view) => view.buffer),
      ),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  it('count nulls, and leave the bits behind the last row clear', () => {
    const [batch] = decode([STREAM]) as [RecordBatch];
    expect(batch.data.children.map((data) => data.nullCount)).toEqual([1, 2, 1]);
    expect(batch.data.children.map((data) => [...data.nullBitmap])).toEqual([[0b1101], [0b0101], [0b1101]]);
  });
});

describe('the header', () => {
  it('may have an extension and flags that are not critical', () => {
    const extended = Buffer.concat([header(0x0000ffff, Buffer.from('whatever')), STREAM.subarray(header().length)]);
    for (let at = 0; at <= extended.length; at++) {
      expect(valuesOf(decode([extended.subarray(0, at), extended.subarray(at)]))).toEqual(VALUES);
    }
  });

  it.each([
    ['a wrong signature', Buffer.from('PGCOPY\n\xfe\r\n\0________', 'latin1'), /wrong signature/],
    ['critical flags', header(1 << 16), /critical flags 0x10000/],
    ['a huge extension', Buffer.concat([header().subarray(0, 15), int32(1_000_000)]), /extension of 1000000 bytes/],
    ['a negative extension', Buffer.concat([header().subarray(0, 15), int32(-1)]), /extension of -1 bytes/],
  ])('is refused with %s', (_, bytes, message) => {
    expect(() => push(decoder(), bytes)).toThrow(message);
  });
});

describe('a damaged stream', () => {
  it('is an error wherever it is truncated', () => {
    for (let length = 0; length < STREAM.length; length++) {
      const subject = decoder();
      push(subject, STREAM.subarray(0, length));
      expect(() => subject.finish()).toThrow(expect.objectContaining({ code: 'COPY_TRUNCATED', retry: 'transient' }));
    }
  });

  it.each([
    ['too few fields', row(int32(1)), /1 fields in a row of 3/],
    ['too many fields', row(null, null, null, null), /4 fields in a row of 3/],
    ['a negative count that is no trailer', int16(-2), /-2 fields/],
    ['a negative length', Buffer.concat([int16(3), int32(-2)]), /-2 bytes in column "c0"/],
    ['a value of the wrong width', row(int16(1), null, null), /Column "c0" .*2 bytes where the type has 4/],
    ['bytes behind the trailer', Buffer.concat([TRAILER, TRAILER]), /behind the trailer/],
  ])('is an error with %s', (_, bytes, message) => {
    const pushed = (): unknown => push(decoder(), Buffer.concat([header(), bytes]));
    expect(pushed).toThrow(message);
    expect(pushed).toThrow(expect.objectContaining({ code: 'COPY_MALFORMED', retry: 'once' }));
  });

  it('ends at once with a value beyond the limit, before its bytes arrive', () => {
    const subject = decoder({ maxValueBytes: 10 });
    push(subject, header());
    const head = Buffer.concat([int16(3), int32(-1), int32(-1), int32(2_000_000_000)]);
    expect(() => push(subject, head)).toThrow('Column "c2" holds a value of 2000000000 bytes; the limit is 10 bytes.');
  });

  it('ends with text that is not UTF-8, even if two values together look like it', () => {
    for (const notes of [[Buffer.from([0xe9])], [Buffer.from([0xc3]), Buffer.from([0xa9])]]) {
      const stream = Buffer.concat([header(), ...notes.map((note) => row(null, null, note)), TRAILER]);
      expect(() => decode([stream])).toThrow(/Column "c2" .* not valid UTF-8/);
    }
  });
});
