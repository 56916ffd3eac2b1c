import { describe, expect, it } from '@jest/globals';
import { Int32, Utf8 } from 'apache-arrow';
import { createEncoder } from '../../../../shared/format/create-encoder.ts';
import { footerRowCount } from '../../../../shared/format/parquet/row-count.ts';
import { batchesOf, batchOf, bytesOf } from '../arrow-columns.ts';

const batch = batchOf({
  id: { type: new Int32(), cells: Array.from({ length: 300 }, (_, index) => index) },
  name: { type: new Utf8(), cells: Array.from({ length: 300 }, (_, index) => `name ${index}`) },
});

function parquet(...batches: (typeof batch)[]): Promise<Buffer> {
  const encoder = createEncoder({ format: 'parquet', compression: 'zstd' });
  return bytesOf(encoder.encode(batch.schema, batchesOf(...batches)));
}

describe('footerRowCount', () => {
  it('reads the rows of a file and of its end', async () => {
    const bytes = await parquet(batch, batch, batch);
    expect(footerRowCount(bytes)).toBe(900);
    const footerBytes = bytes.readUInt32LE(bytes.length - 8);
    expect(footerRowCount(bytes.subarray(bytes.length - 8 - footerBytes))).toBe(900);
    expect(footerRowCount(await parquet())).toBe(0);
  });

  it('refuses what is cut off, too short or no Parquet', async () => {
    const bytes = await parquet(batch);
    const footerBytes = bytes.readUInt32LE(bytes.length - 8);
    const refused = [
      bytes.subarray(0, -1),
      bytes.subarray(bytes.length - 8 - footerBytes + 1),
      Buffer.from('PAR1'),
      Buffer.alloc(0),
      Buffer.concat([Buffer.alloc(4), Buffer.from([4, 0, 0, 0]), Buffer.from('PAR1')]),
    ];
    for (const end of refused) {
      expect(() => footerRowCount(end)).toThrow(expect.objectContaining({ code: 'PARQUET_INCOMPLETE' }));
    }
  });
});
