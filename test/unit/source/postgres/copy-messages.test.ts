import { describe, expect, it } from '@jest/globals';
import { Field, type RecordBatch, Schema } from 'apache-arrow';
import fc from 'fast-check';
import { mappingFor } from '../../../../shared/source/postgres/column-types.ts';
import { CopyDecoder } from '../../../../shared/source/postgres/copy-decoder.ts';
import { CopyMessages } from '../../../../shared/source/postgres/copy-messages.ts';
import { copyData, header, int16, int32, message, row, TRAILER } from './copy-bytes.ts';

const NUMBER = mappingFor(23, -1, false);
const TEXT = mappingFor(25, -1, false);
const SHAPES = [
  { name: 'id', sourceType: 'integer', type: NUMBER.type },
  { name: 'note', sourceType: 'text', type: TEXT.type },
];
const ROWS = [
  row(int32(1), Buffer.from('one')),
  row(int32(2), null),
  row(null, Buffer.alloc(300, 'x')),
  row(int32(4), Buffer.from('')),
];
const VALUES = [
  [1, 'one'],
  [2, null],
  [null, 'x'.repeat(300)],
  [4, ''],
];
const COPY_OUT = message('H', Buffer.concat([Buffer.of(1), int16(2), int16(1), int16(1)]));
const COPY_DONE = message('c');
const BEHIND = Buffer.concat([COPY_DONE, message('C', Buffer.from('COPY 4\0')), message('Z', Buffer.from('T'))]);

function decoder(): CopyDecoder {
  const schema = new Schema(SHAPES.map(({ name, type }) => new Field(name, type, true)));
  const builders = [NUMBER.builder(SHAPES[0]!, 3), TEXT.builder(SHAPES[1]!, 3)];
  return new CopyDecoder(schema, builders, { batchRows: 3, batchBytes: 1_000_000, maxValueBytes: 1_000 });
}

interface Read {
  readonly values: unknown[][];
  /** What was left to the driver. */
  readonly rest: Buffer;
}

/** Every chunk is overwritten once it was taken, as a socket may do it. */
function read(chunks: readonly Buffer[]): Read {
  const subject = decoder();
  const messages = new CopyMessages(subject);
  const batches: RecordBatch[] = [];
  const rest: Buffer[] = [];
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    const end = rest.length > 0 ? 0 : messages.take(own, batches);
    rest.push(Buffer.from(own.subarray(end)));
    if (rest.at(-1)!.length === 0) rest.pop();
    own.fill(0xff);
  }
  const last = subject.finish();
  const all = last === undefined ? batches : [...batches, last];
  const values = all.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, i) => [batch.getChildAt(0)!.get(i), batch.getChildAt(1)!.get(i)]),
  );
  return { values, rest: Buffer.concat(rest) };
}

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
};

/** As PostgreSQL sends it: a message for every row. */
const ANSWER = Buffer.concat([COPY_OUT, ...[header(), ...ROWS, TRAILER].map(copyData), BEHIND]);

describe('the answer to a COPY', () => {
  it('gives its rows, and the driver what stands behind them', () => {
    expect(read([ANSWER])).toEqual({ values: VALUES, rest: BEHIND });
  });

  it('may be cut anywhere', () => {
    for (let at = 0; at <= ANSWER.length; at++) {
      expect(read(cut(ANSWER, [at]))).toEqual({ values: VALUES, rest: BEHIND });
    }
  });

  it('may come byte by byte', () => {
    expect(read([...ANSWER].map((byte) => Buffer.of(byte)))).toEqual({ values: VALUES, rest: BEHIND });
  });

  it('may have its rows in any messages, as a proxy may make them, and chunks cut elsewhere', () => {
    const stream = Buffer.concat([header(), ...ROWS, TRAILER]);
    const places = (max: number) => fc.array(fc.integer({ min: 0, max }), { maxLength: 8 });
    fc.assert(
      fc.property(places(stream.length), places(stream.length * 2), (messageEnds, chunkEnds) => {
        const answer = Buffer.concat([COPY_OUT, ...cut(stream, messageEnds).map(copyData), BEHIND]);
        const ends = chunkEnds.map((end) => Math.min(end, answer.length));
        expect(read(cut(answer, ends))).toEqual({ values: VALUES, rest: BEHIND });
      }),
    );
  });

  it('may have notices and changed settings between the rows', () => {
    const asides = [message('N', Buffer.from('SNOTICE\0\0')), message('S', Buffer.from('a\0b\0')), message('A')];
    const pieces = [header(), ...ROWS, TRAILER].map(copyData).flatMap((piece, i) => [piece, asides[i % 3]!]);
    expect(read([Buffer.concat([COPY_OUT, ...pieces, BEHIND])])).toEqual({ values: VALUES, rest: BEHIND });
  });
});

describe('what is not of a COPY', () => {
  it.each(['E', 'C', 'Z', 'T'])('is the driver’s from its first byte: %s', (type) => {
    const chunk = Buffer.concat([copyData(header()), message(type, Buffer.from('whatever')), copyData(ROWS[0]!)]);
    const end = new CopyMessages(decoder()).take(chunk, []);
    expect(end).toBe(copyData(header()).length);
  });

  it('is refused when its length is none', () => {
    const messages = new CopyMessages(decoder());
    expect(() => messages.take(Buffer.concat([Buffer.from('d'), int32(3)]), [])).toThrow(
      expect.objectContaining({ code: 'COPY_MALFORMED', retry: 'once', message: expect.stringContaining('3 bytes') }),
    );
  });
});
