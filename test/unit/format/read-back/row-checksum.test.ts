import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowChecksum } from '../../../../shared/format/read-back/row-checksum.ts';

function checksumOf(rows: readonly string[]): string {
  const checksum = new RowChecksum();
  for (const row of rows) checksum.add(Buffer.from(row));
  expect(checksum.rows).toBe(rows.length);
  return checksum.toString();
}

/** The same by big integers. */
function expected(rows: readonly string[]): string {
  const words = rows.map((row) => createHash('sha1').update(row).digest().readBigUInt64BE());
  const sum = words.reduce((total, word) => BigInt.asUintN(64, total + word), 0n);
  return sum.toString(16).padStart(16, '0');
}

describe('the checksum of rows', () => {
  it('is the sum of 64 bits of their hashes, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 50 }), (rows) => {
        expect(checksumOf(rows)).toBe(expected(rows));
        expect(checksumOf(rows.toReversed())).toBe(expected(rows));
      }),
    );
  });

  it('tells a row that is there twice, and two rows that exchanged a value', () => {
    expect(checksumOf(['a', 'a'])).not.toBe(checksumOf([]));
    expect(checksumOf(['a', 'a', 'b'])).not.toBe(checksumOf(['a', 'b', 'b']));
    expect(checksumOf(['1,x', '2,y'])).not.toBe(checksumOf(['1,y', '2,x']));
    expect(checksumOf([])).toBe('0000000000000000');
  });
});
