import { describe, expect, it } from '@jest/globals';
import { Field, Int32, makeData, Schema, Table, tableFromIPC, tableToIPC, Utf8 } from 'apache-arrow';
import { ipcBytes } from '../../../../shared/format/parquet/ipc-bytes.ts';
import { batchFrom, batchOf } from '../arrow-columns.ts';

function columnsOf(bytes: Uint8Array): number[][] {
  const table = tableFromIPC(bytes);
  return table.schema.fields.map(({ name }) => Array.from(table.getChild(name)!.toArray() as Int32Array));
}

describe('ipcBytes', () => {
  it('keeps columns apart that share one typed array or lie side by side in one buffer', () => {
    const shared = Int32Array.from({ length: 64 }, (_, index) => index);
    const columns = {
      a: shared.subarray(0, 16),
      same: shared.subarray(0, 16),
      next: shared.subarray(16, 32),
      overlapping: shared.subarray(8, 24),
    };
    const schema = new Schema(Object.keys(columns).map((name) => new Field(name, new Int32(), true)));
    const children = Object.values(columns).map((data) => makeData({ type: new Int32(), data }));
    expect(columnsOf(ipcBytes(batchFrom(schema, children)))).toEqual(
      Object.values(columns).map((values) => [...values]),
    );
  });

  it('writes what Arrow itself writes when nothing is shared', () => {
    const batch = batchOf({
      id: { type: new Int32(), cells: [1, null, 3] },
      name: { type: new Utf8(), cells: ['a', 'żółw', null] },
    });
    expect(Buffer.from(ipcBytes(batch)).equals(tableToIPC(new Table([batch]), 'stream'))).toBe(true);
  });

  it('writes into a scratch that is large enough, and leaves a small one alone', () => {
    const batch = batchOf({ id: { type: new Int32(), cells: [1, 2, 3] } });
    const scratch = new Uint8Array(65_536);
    expect(ipcBytes(batch, scratch).buffer).toBe(scratch.buffer);
    expect(ipcBytes(batch, new Uint8Array(16)).byteLength).toBe(ipcBytes(batch, scratch).byteLength);
  });
});
