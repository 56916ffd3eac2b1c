import { describe, expect, it } from '@jest/globals';
import { Binary, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import type { CopyColumn } from '../../../../../shared/source/postgres/columns/copy-column.ts';
import {
  BinaryBuilder,
  JsonbBuilder,
  TextBuilder,
  UuidBuilder,
} from '../../../../../shared/source/postgres/columns/variable-width.ts';
import { addValue } from '../copy-bytes.ts';

const shape = { name: 'c', sourceType: 'text', type: new Utf8() };

/** What was landed, in Latin-1 so that every byte is one character. */
function fill(builder: CopyColumn, values: readonly (Uint8Array | null)[]): (string | null)[] {
  for (const value of values) addValue(builder, value);
  const data = builder.take();
  const { values: bytes, valueOffsets } = data;
  return values.map((value, i) =>
    value === null ? null : latin1(bytes.subarray(valueOffsets[i], valueOffsets[i + 1])),
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('bytea and text', () => {
  it('keep any bytes, nulls and empty values, over several batches', () => {
    const value = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 50 }), { maxLength: 3 }), (batches) => {
        const builder = new BinaryBuilder({ ...shape, type: new Binary() }, 50);
        for (const batch of batches) {
          expect(fill(builder, batch)).toEqual(batch.map((bytes) => (bytes === null ? null : latin1(bytes))));
        }
      }),
    );
  });

  it('grow to a value far larger than the buffer', () => {
    const large = new Uint8Array(5_000_000).fill(0x61);
    const landed = fill(new TextBuilder(shape, 3), [large, null, large]);
    expect(landed.map((text) => text?.length)).toEqual([5_000_000, undefined, 5_000_000]);
    // A regular expression over this much text overflows the stack when coverage is measured.
    expect(landed.join('').replaceAll('a', '')).toBe('');
  });

  it('take a value from the middle of a chunk', () => {
    const builder = new TextBuilder(shape, 1);
    builder.fill(Buffer.from('xxhelloyy'), Int32Array.of(2), Int32Array.of(5), 0, 1);
    expect(Buffer.from(builder.take().values).toString()).toBe('hello');
  });
});

describe('jsonb', () => {
  it('loses its version byte', () => {
    expect(fill(new JsonbBuilder(shape, 1), [Buffer.from('\x01{"a": 1}')])).toEqual(['{"a": 1}']);
  });

  it.each([Buffer.from('\x02{}'), Buffer.alloc(0)])('is refused with another version', (bytes) => {
    expect(() => fill(new JsonbBuilder(shape, 1), [bytes])).toThrow(/jsonb/);
  });
});

describe('uuid', () => {
  it('is written in lower case with dashes', () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
        expect(fill(new UuidBuilder(shape, 1), [bytes])).toEqual([text]);
      }),
    );
  });

  it('must be 16 bytes', () => {
    expect(() => fill(new UuidBuilder(shape, 1), [Buffer.alloc(15)])).toThrow(/15 bytes where the type has 16/);
  });
});
