import { ZstdCompress } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import { type Data, Decimal, Field, Int32, makeData, Schema, tableFromIPC, Utf8 } from 'apache-arrow';
import { ParquetFile, readParquet } from 'parquet-wasm';
import { SourceError } from '../../../../shared/core/errors.ts';
import { createParquetEncoder } from '../../../../shared/format/parquet/parquet-encoder.ts';
import { batchesOf, batchFrom, batchOf, bytesOf, CountingSource, repeated } from '../arrow-columns.ts';

const smallGroups = { rows: 8000, sizeBytes: 16 * 1024 * 1024 };
const rowsPerBatch = 1000;
const batch = batchOf({
  id: { type: new Int32(), cells: Array.from({ length: rowsPerBatch }, (_, index) => index) },
  name: {
    type: new Utf8(),
    cells: Array.from({ length: rowsPerBatch }, (_, index) => `name ${(index * 7919) % 1009}`),
  },
});
const { schema } = batch;
const otherSchema = new Schema([new Field('id', new Utf8(), true)]);
const encoder = createParquetEncoder('zstd', smallGroups);

function rowsOf(bytes: Uint8Array): number {
  return tableFromIPC(readParquet(bytes).intoIPCStream()).numRows;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('createParquetEncoder', () => {
  it('writes row groups of at most the given rows, and says who wrote the file', async () => {
    const bytes = await bytesOf(encoder.encode(schema, batchesOf(...repeated(batch, 20))));
    const file = await ParquetFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const metadata = file.metadata();
    expect(metadata.rowGroups().map((group) => group.numRows())).toEqual([8000, 8000, 4000]);
    expect(metadata.fileMetadata().createdBy()).toBe('landfall');
    expect(metadata.fileMetadata().numRows()).toBe(20_000);
    file.free();
  });

  it('limits row groups by bytes', async () => {
    const limited = createParquetEncoder('none', { rows: 1_000_000, sizeBytes: 64 * 1024 });
    const texts = Array.from({ length: 1000 }, (_, index) => `${index}`.repeat(100));
    const wide = batchOf({ text: { type: new Utf8(), cells: texts } });
    const sizes: number[] = [];
    for await (const chunk of limited.encode(wide.schema, batchesOf(...repeated(wide, 10))))
      sizes.push(chunk.byteLength);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(512 * 1024);
  });

  it.each(['zstd', 'snappy', 'gzip', 'none'] as const)('reads back with %s', async (compression) => {
    const bytes = await bytesOf(createParquetEncoder(compression).encode(schema, batchesOf(batch, batch)));
    expect(rowsOf(bytes)).toBe(2 * rowsPerBatch);
  });

  it('writes the schema when there are no batches, or only batches without rows', async () => {
    const decimals = new Schema([...schema.fields, new Field('price', new Decimal(4, 18, 128), true)]);
    for (const batches of [batchesOf(), batchesOf(batch.slice(0, 0), batch.slice(5, 5))]) {
      const table = tableFromIPC(readParquet(await bytesOf(encoder.encode(decimals, batches))).intoIPCStream());
      expect(table.numRows).toBe(0);
      expect(table.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual(
        decimals.fields.map(({ name, type }) => `${name} ${String(type)}`),
      );
    }
  });

  it('keeps columns apart that share one typed array', async () => {
    const data = Int32Array.from({ length: 1000 }, (_, index) => index * 3);
    const twins = new Schema(['a', 'b'].map((name) => new Field(name, new Int32(), true)));
    const children: Data[] = [makeData({ type: new Int32(), data }), makeData({ type: new Int32(), data })];
    const bytes = await bytesOf(encoder.encode(twins, batchesOf(batchFrom(twins, children))));
    const table = tableFromIPC(readParquet(bytes).intoIPCStream());
    expect([...table.getChild('a')!.toArray()]).toEqual([...data]);
    expect([...table.getChild('b')!.toArray()]).toEqual([...data]);
  });

  it('writes a batch that says less about its columns than the schema does', async () => {
    const strict = new Schema(schema.fields.map(({ name, type }) => new Field(name, type, false)));
    expect(rowsOf(await bytesOf(encoder.encode(strict, batchesOf(batch, batch))))).toBe(2 * rowsPerBatch);
  });

  it('refuses a batch with other types than the schema, instead of leaving it out', async () => {
    const other = batchOf({
      id: { type: new Utf8(), cells: ['a', 'b'] },
      name: { type: new Utf8(), cells: ['a', 'b'] },
    });
    await expect(bytesOf(encoder.encode(schema, batchesOf(batch, other, batch)))).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'PARQUET_BATCH_REFUSED',
      retry: 'permanent',
      message: expect.stringContaining('"id"'),
    });
  });

  it('refuses a batch with more or fewer columns than the schema', async () => {
    const [id] = schema.fields;
    const fewer = batchOf({ id: { type: new Int32(), cells: [1, 2] } });
    const refused = expect.objectContaining({ code: 'PARQUET_BATCH_REFUSED', retry: 'permanent' });
    await expect(bytesOf(encoder.encode(schema, batchesOf(fewer)))).rejects.toEqual(refused);
    await expect(bytesOf(encoder.encode(new Schema([id!]), batchesOf(batch)))).rejects.toEqual(refused);
  });
});

describe('errors of the source', () => {
  const failure = new SourceError('CONNECTION_LOST', 'The server went away.');

  it.each([0, 1, 7, 8, 9, 17])('come through unchanged after %s batches', async (good) => {
    async function* failing() {
      yield* repeated(batch, good);
      await pause(1);
      throw failure;
    }
    await expect(bytesOf(encoder.encode(schema, failing()))).rejects.toBe(failure);
  });

  it('end the file without a footer', async () => {
    async function* failing() {
      yield* repeated(batch, 9);
      throw failure;
    }
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of encoder.encode(schema, failing())) seen.push(chunk);
    })();
    await expect(reading).rejects.toBe(failure);
    expect(Buffer.concat(seen).toString('latin1', Buffer.concat(seen).length - 4)).not.toBe('PAR1');
  });
});

describe('backpressure', () => {
  const incompressible = Array.from({ length: rowsPerBatch }, (_, index) => (index * 2_654_435_761) % 1_000_000_007);
  const noisy = batchOf({ id: { type: new Int32(), cells: incompressible } });
  const plain = createParquetEncoder('none', smallGroups);

  it('pulls nothing before it is asked, and nothing while its reader is stalled', async () => {
    const source = new CountingSource(repeated(noisy, 5000));
    const chunks = plain.encode(noisy.schema, source)[Symbol.asyncIterator]();
    await pause(10);
    expect(source.pulled).toBe(0);
    for (let group = 1; group <= 5; group++) {
      expect((await chunks.next()).done).toBe(false);
      await pause(30);
      expect(source.pulled).toBe(group * 8);
    }
    await chunks.return?.();
  });

  it('gives everything to a slow reader of thousands of batches', async () => {
    const source = new CountingSource(repeated(noisy, 3000));
    let groups = 0;
    let furthestAhead = 0;
    const all: Uint8Array[] = [];
    for await (const chunk of plain.encode(noisy.schema, source)) {
      groups++;
      all.push(chunk);
      await pause(1);
      furthestAhead = Math.max(furthestAhead, source.pulled - groups * 8);
    }
    expect(source.pulled).toBe(3000);
    expect(furthestAhead).toBe(0);
    expect(rowsOf(Buffer.concat(all))).toBe(3_000_000);
  });

  it('leaves the source when its reader leaves', async () => {
    const source = new CountingSource(repeated(batch, 5000));
    for await (const chunk of encoder.encode(schema, source)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(source.returned).toBe(1);
    const pulled = source.pulled;
    await pause(50);
    expect(source.pulled).toBe(pulled);
  });

  it('does not touch the source that has ended', async () => {
    const source = new CountingSource(repeated(batch, 20));
    await bytesOf(encoder.encode(schema, source));
    expect(source.returned).toBe(0);
  });
});

describe('several files', () => {
  it('are encoded at the same time', async () => {
    const counts = [3, 40, 17, 0, 25];
    const files = await Promise.all(
      counts.map((count) => bytesOf(encoder.encode(schema, batchesOf(...repeated(batch, count))))),
    );
    expect(files.map(rowsOf)).toEqual(counts.map((count) => count * rowsPerBatch));
  });

  async function* failing() {
    yield* repeated(batch, 10);
    throw new SourceError('CONNECTION_LOST', 'The server went away.');
  }

  it.each<[string, () => Promise<unknown>]>([
    ['finished', () => bytesOf(encoder.encode(schema, batchesOf(...repeated(batch, 20))))],
    ['failed', () => bytesOf(encoder.encode(schema, failing())).catch(() => undefined)],
    ['refused', () => bytesOf(encoder.encode(otherSchema, batchesOf(batch))).catch(() => undefined)],
    ['empty', () => bytesOf(encoder.encode(schema, batchesOf()))],
    [
      'left',
      async () => {
        for await (const chunk of encoder.encode(schema, batchesOf(...repeated(batch, 30)))) {
          if (chunk.byteLength > 0) break;
        }
      },
    ],
  ])('give the compressor back at once when they are %s', async (_, round) => {
    const destroy = jest.spyOn(ZstdCompress.prototype, 'destroy');
    try {
      for (let times = 1; times <= 3; times++) {
        await round();
        expect(destroy).toHaveBeenCalledTimes(times);
      }
      expect(new Set(destroy.mock.contexts).size).toBe(3);
    } finally {
      destroy.mockRestore();
    }
  });
});
