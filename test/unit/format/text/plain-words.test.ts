import { describe, expect, it } from '@jest/globals';
import { suspects } from '../../../../shared/format/text/plain-words.ts';

const suspicious = (byte: number): boolean => byte < 0x20 || [0x22, 0x2c, 0x5c].includes(byte);

describe('suspects', () => {
  it('finds each suspicious byte at each place beside any other byte, and no others', () => {
    const wrong: number[][] = [];
    for (let byte = 0; byte < 256; byte++) {
      for (let other = 0; other < 256; other++) {
        for (let place = 0; place < 4; place++) {
          const bytes = Buffer.alloc(4, other);
          bytes[place] = byte;
          const isSuspect = suspects(bytes.readInt32LE()) !== 0;
          if (isSuspect !== (suspicious(byte) || suspicious(other))) wrong.push([byte, other, place]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
