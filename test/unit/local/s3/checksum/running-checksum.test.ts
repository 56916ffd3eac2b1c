import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compositeChecksum } from '../../../../../local/s3/checksum/object-checksum.ts';
import {
  CHECKSUM_BYTES,
  type ChecksumAlgorithm,
  isChecksumAlgorithm,
  startChecksum,
} from '../../../../../local/s3/checksum/running-checksum.ts';

const ALGORITHMS = Object.keys(CHECKSUM_BYTES) as ChecksumAlgorithm[];

function checksum(algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]): string {
  const running = startChecksum(algorithm);
  for (const piece of pieces) running.update(piece);
  return running.digest().toString('hex');
}

/** A reflected CRC bit by bit, straight from its definition. */
function slowCrc(bytes: Uint8Array, polynomial: bigint, bits: bigint): string {
  const ones = (1n << bits) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return (crc ^ ones).toString(16).padStart(Number(bits) / 4, '0');
}

describe('running checksums', () => {
  it.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', createHash('sha1').update('123456789').digest('hex')],
    ['sha256', createHash('sha256').update('123456789').digest('hex')],
  ] as const)('has the check value of %s', (algorithm, expected) => {
    expect(checksum(algorithm, Buffer.from('123456789'))).toBe(expected);
  });

  it('agrees with the definition on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(checksum('crc32', bytes)).toBe(crc32(bytes).toString(16).padStart(8, '0'));
        expect(checksum('crc32c', bytes)).toBe(slowCrc(bytes, 0x82f63b78n, 32n));
        expect(checksum('crc64nvme', bytes)).toBe(slowCrc(bytes, 0x9a6c9329ac4bc9b5n, 64n));
      }),
      { numRuns: 200 },
    );
  });

  it.each(ALGORITHMS)('gives the same %s however the bytes are cut', (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        expect(checksum(algorithm, ...pieces)).toBe(checksum(algorithm, Buffer.concat(pieces)));
      }),
      { numRuns: 100 },
    );
  });

  it.each(ALGORITHMS)('knows the size of %s', (algorithm) => {
    expect(startChecksum(algorithm).digest()).toHaveLength(CHECKSUM_BYTES[algorithm]);
    expect(isChecksumAlgorithm(algorithm)).toBe(true);
  });

  it('knows no other names', () => {
    expect(['CRC32', 'md5', 'toString', ''].filter(isChecksumAlgorithm)).toEqual([]);
  });

  it('joins the checksums of parts as S3 does', () => {
    // Seen on S3: three parts of 5, 5 and 1 MiB and what S3 made of them.
    const parts = [
      'lcKa6Boe7a167tUCN5C4OaFygGSYD8MBnBARTrdL+1w=',
      'gHjhbUT4oo2tSCtSZJdlKi+jeNXJT+VImqdPXsXvkOc=',
      '4l9PQ3zOPZ0oGFvknFX+J4zZwE4WMzO+l3r8XrbWOeM=',
    ];
    expect(compositeChecksum('sha256', parts)).toEqual({
      algorithm: 'sha256',
      value: 'rVWtNbadtsaKXJAcgWPWjifHzJaXde/iV4jaJAOdivc=-3',
      type: 'COMPOSITE',
    });
  });
});
