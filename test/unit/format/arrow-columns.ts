import { type Data, DataType, Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';

/** A cell as it is stored: the number or bigint of its integer, a text, bytes, a truth value; null for NULL. */
export type Cell = number | bigint | string | boolean | Uint8Array | null;

export interface Column {
  readonly type: DataType;
  readonly cells: readonly Cell[];
}

/** One batch from columns by name. */
export function batchOf(columns: Readonly<Record<string, Column>>): RecordBatch {
  const children = Object.values(columns).map(({ type, cells }) => columnData(type, cells));
  const schema = new Schema(Object.entries(columns).map(([name, { type }]) => new Field(name, type, true)));
  return batchFrom(schema, children);
}

export function batchFrom(schema: Schema, children: Data[]): RecordBatch {
  const length = children[0]!.length;
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

export function columnData(type: DataType, cells: readonly Cell[]): Data {
  const length = cells.length;
  const nullCount = cells.filter((cell) => cell === null).length;
  const common = { length, nullCount, nullBitmap: bitmap(cells.map((cell) => cell !== null)) };
  if (DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isLargeUtf8(type)) {
    const pieces = cells.map((cell) => (cell === null ? Buffer.alloc(0) : Buffer.from(cell as string)));
    let end = 0;
    const offsets = [0, ...pieces.map((piece) => (end += piece.byteLength))];
    const data = Buffer.concat(pieces);
    if (!DataType.isLargeUtf8(type))
      return makeData({ type: type as never, ...common, valueOffsets: Int32Array.from(offsets), data });
    return makeData({ type, ...common, valueOffsets: BigInt64Array.from(offsets.map(BigInt)), data } as never);
  }
  return makeData({ type: type as never, ...common, data: storedValues(type, cells) } as never);
}

function storedValues(type: DataType, cells: readonly Cell[]): ArrayBufferView {
  if (DataType.isBool(type)) return bitmap(cells.map((cell) => cell === true));
  if (DataType.isDecimal(type))
    return Uint32Array.from(cells.flatMap((cell) => words128(BigInt((cell ?? 0) as bigint))));
  const values = new type.ArrayType(cells.length) as BigInt64Array | Float64Array;
  cells.forEach((cell, index) => {
    values[index] = (
      values instanceof BigInt64Array || values instanceof BigUint64Array
        ? BigInt((cell ?? 0) as bigint)
        : Number(cell ?? 0)
    ) as never;
  });
  return values;
}

function words128(value: bigint): number[] {
  const bits = BigInt.asUintN(128, value);
  return [0n, 32n, 64n, 96n].map((shift) => Number((bits >> shift) & 0xffffffffn));
}

function bitmap(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 64) * 8);
  bits.forEach((bit, index) => {
    if (bit) bytes[index >> 3]! |= 1 << (index & 7);
  });
  return bytes;
}

export async function* batchesOf(...batches: RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  for await (const chunk of chunks) taken.push(chunk);
  return Buffer.concat(taken);
}

/** A source that counts what was taken from it and remembers whether it was left early. */
export class CountingSource implements AsyncIterable<RecordBatch> {
  pulled = 0;
  returned = 0;
  readonly #batches: Iterator<RecordBatch>;
  constructor(batches: Iterable<RecordBatch>) {
    this.#batches = batches[Symbol.iterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    return {
      next: async () => {
        const result = this.#batches.next();
        if (result.done !== true) this.pulled++;
        return result;
      },
      return: async () => {
        this.returned++;
        return { done: true, value: undefined };
      },
    };
  }
}

export function* repeated(batch: RecordBatch, times: number): Generator<RecordBatch> {
  for (let i = 0; i < times; i++) yield batch;
}
