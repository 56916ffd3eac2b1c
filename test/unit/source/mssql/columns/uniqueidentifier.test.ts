import { describe, expect, it } from '@jest/globals';
import { described, land, texts } from './cells.ts';

describe('uniqueidentifier', () => {
  it('is text in upper case, its first three groups turned round', () => {
    const cells = ['3e626b88822f4b7f1c77ace098f1d39a', '00'.repeat(16), 'ff'.repeat(16)];
    expect(
      texts(
        land(described('UniqueIdentifier', { dataLength: 16 }), [...cells.map((hex) => Buffer.from(hex, 'hex')), null]),
      ),
    ).toEqual([
      '886B623E-2F82-7F4B-1C77-ACE098F1D39A',
      '00000000-0000-0000-0000-000000000000',
      'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
      null,
    ]);
  });
});
