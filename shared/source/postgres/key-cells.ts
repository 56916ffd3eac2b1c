import { type Data, type DataType, makeData, RecordBatch, type Schema, Struct, Type } from 'apache-arrow';
import type { KeyValues } from '../../core/key.ts';
import { nullInKey } from './null-keys.ts';

type Print = (data: Data, row: number) => string;

interface Cell {
  readonly name: string;
  /** Place among the columns of the decoded batches. */
  readonly child: number;
  readonly print: Print;
}

/**
 * The keys of a stream's rows. Columns that were read for the key alone are taken off the batches, without a copy, and
 * kept for as long as somebody holds the batch.
 */
export class KeyCells {
  readonly #schema: Schema;
  readonly #cells: readonly Cell[];
  readonly #hides: boolean;
  readonly #children = new WeakMap<RecordBatch, readonly Data[]>();

  /** `decoded` has the visible columns of `schema` and the hidden ones behind them; `places` are the key's among them. */
  constructor(schema: Schema, decoded: Schema, places: readonly number[]) {
    this.#schema = schema;
    this.#hides = decoded.fields.length > schema.fields.length;
    this.#cells = places.map((child) => {
      const { name, type } = decoded.fields[child]!;
      return { name, child, print: printerOf(type) };
    });
  }

  /**
   * The batch as it is landed.
   * @throws SourceError when a key is null: no range would ever find its row again.
   */
  visible(batch: RecordBatch): RecordBatch {
    const { children } = batch.data;
    const lacking = this.#cells.find(({ child }) => children[child]!.nullCount > 0);
    if (lacking !== undefined) throw nullInKey(lacking.name);
    if (!this.#hides) return batch;
    const { fields } = this.#schema;
    const shown = children.slice(0, fields.length);
    const data = makeData({ type: new Struct(fields), length: batch.numRows, nullCount: 0, children: shown });
    const visible = new RecordBatch(this.#schema, data);
    this.#children.set(visible, children);
    return visible;
  }

  /** The key of a row of a batch that `visible` gave. */
  keyAt(batch: RecordBatch, row: number): KeyValues {
    const children = this.#hides ? this.#children.get(batch) : batch.data.children;
    if (children === undefined) throw new Error('The batch is not one of this stream.');
    return this.#cells.map(({ child, print }) => print(children[child]!, row));
  }
}

function printerOf(type: DataType): Print {
  switch (type.typeId) {
    case Type.Bool:
      return (data, row) => (((data.values[row >> 3] >> (row & 7)) & 1) === 1 ? 'true' : 'false');
    case Type.Int:
      return (data, row) => String(data.values[row]);
    case Type.Binary:
      return (data, row) => `\\x${bytesAt(data, row).toString('hex')}`;
    case Type.Utf8:
      // Arrow's own accessor decodes with TextDecoder, which drops a byte order mark.
      return (data, row) => bytesAt(data, row).toString('utf8');
    default:
      throw new Error(`A key is not printed from ${Type[type.typeId]}.`);
  }
}

function bytesAt(data: Data, row: number): Buffer {
  const [start, end] = [data.valueOffsets[row]!, data.valueOffsets[row + 1]!];
  const { buffer, byteOffset } = data.values as Uint8Array<ArrayBuffer>;
  return Buffer.from(buffer, byteOffset + start, end - start);
}
