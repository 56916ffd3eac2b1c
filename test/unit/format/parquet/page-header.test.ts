import { describe, expect, it } from '@jest/globals';
import { Encoding } from '../../../../shared/format/parquet/file-model.ts';
import { dataPageHeader, dictionaryPageHeader } from '../../../../shared/format/parquet/page-header.ts';

/** Of the nine digits, CRC-32 gives the check value cbf43926, as an i32 -873187034. */
const body = Buffer.from('123456789');
const checksum = '15' + 'b39bdec006';

function hex(header: Uint8Array): string {
  return Buffer.from(header).toString('hex');
}

describe('dataPageHeader', () => {
  it('has the sizes and the checksum of the page, its rows and encodings', () => {
    const header = dataPageHeader({ rows: 100, encoding: Encoding.rleDictionary, uncompressedBytes: 64, body });
    const sizes = '1500' + '158001' + '1512';
    expect(hex(header)).toBe(`${sizes}${checksum}1c${'15c801' + '1510' + '1506' + '1506'}0000`);
  });

  it('of a page without bytes says so', () => {
    const header = dataPageHeader({
      rows: 1,
      encoding: Encoding.plain,
      uncompressedBytes: 0,
      body: body.subarray(0, 0),
    });
    expect(hex(header)).toBe(`${'1500' + '1500' + '1500' + '1500'}1c${'1502' + '1500' + '1506' + '1506'}0000`);
  });
});

describe('dictionaryPageHeader', () => {
  it('has the sizes and the checksum of the page and its PLAIN values', () => {
    const header = dictionaryPageHeader({ values: 3, uncompressedBytes: 12, body });
    expect(hex(header)).toBe(`${'1504' + '1518' + '1512'}${checksum}3c${'1506' + '1500'}0000`);
  });
});
