import { describe, expect, it } from '@jest/globals';
import { Int32, tableFromIPC, Utf8 } from 'apache-arrow';
import { loadParquetWasm } from '../../../../shared/format/parquet/parquet-wasm.ts';
import { emptyBatch, WasmCopier } from '../../../../shared/format/parquet/wasm-copier.ts';
import { batchOf } from '../arrow-columns.ts';

const wasm = await loadParquetWasm();
const batch = batchOf({
  id: { type: new Int32(), cells: [1, 2, null] },
  text: { type: new Utf8(), cells: ['a', null, 'x'.repeat(5000)] },
});

describe('WasmCopier', () => {
  it('copies one batch after the other, smaller and larger', () => {
    const copier = new WasmCopier(wasm, batch.schema);
    for (const part of [batch.slice(0, 1), batch, batch.slice(1, 2), batch, emptyBatch(batch.schema)]) {
      const [copied, ...others] = copier.copy(part);
      expect(others).toEqual([]);
      expect(tableFromIPC(copied!.intoIPCStream()).toString()).toBe(
        tableFromIPC(copier.copy(part)[0]!.intoIPCStream()).toString(),
      );
    }
    const [copied] = copier.copy(batch.slice(1, 3));
    expect(
      tableFromIPC(copied!.intoIPCStream())
        .toArray()
        .map((row) => [row!.id, row!.text?.length ?? null]),
    ).toEqual([
      [2, null],
      [null, 5000],
    ]);
  });

  it('refuses a batch that is too large for good', () => {
    const copier = new WasmCopier(wasm, batch.schema, 4096);
    expect(copier.copy(batch.slice(0, 2))).toHaveLength(1);
    expect(() => copier.copy(batch)).toThrow(
      expect.objectContaining({
        code: 'PARQUET_BATCH_TOO_LARGE',
        retry: 'permanent',
        remedy: expect.stringContaining('select'),
      }),
    );
  });
});
