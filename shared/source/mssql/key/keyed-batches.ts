import { makeData, RecordBatch, Schema, Struct, type Vector } from 'apache-arrow';
import type { KeyValues } from '../../../core/key.ts';
import type { RowDecoder } from '../tds/row-decoder.ts';
import { keyValueUnusable } from './key-errors.ts';
import { keyValueText } from './key-text.ts';

/** Where the value of a key's column is: in a landed column, or in one of those behind them that do not land. */
export interface KeyPart {
  readonly name: string;
  readonly isHidden: boolean;
}

const REPLACEMENT_CHARACTER = '\ufffd';

/** Takes the columns that do not land off the batches, and reads keys from what was there before. */
export class KeyedBatches {
  /** Of the landed columns. */
  readonly schema: Schema;
  readonly #decoder: RowDecoder;
  readonly #where: string;
  readonly #parts: readonly KeyPart[];
  /** Place of each part among all columns. */
  readonly #places: readonly number[];
  readonly #hidden: number;
  readonly #whole = new WeakMap<RecordBatch, RecordBatch>();

  constructor(decoder: RowDecoder, parts: readonly KeyPart[], where: string) {
    const { fields } = decoder.schema;
    this.#decoder = decoder;
    this.#where = where;
    this.#parts = parts;
    this.#hidden = parts.filter(({ isHidden }) => isHidden).length;
    const visible = fields.slice(0, fields.length - this.#hidden);
    this.schema = this.#hidden === 0 ? decoder.schema : new Schema(visible);
    let behind = visible.length;
    this.#places = parts.map(({ name, isHidden }) =>
      isHidden ? behind++ : visible.findIndex((field) => field.name === name),
    );
  }

  /** The batch as it lands, over the same buffers. */
  landed(batch: RecordBatch): RecordBatch {
    if (this.#hidden === 0) return batch;
    const { fields } = this.schema;
    const children = batch.data.children.slice(0, fields.length);
    const data = makeData({ type: new Struct(fields), length: batch.numRows, nullCount: 0, children });
    const landed = new RecordBatch(this.schema, data);
    this.#whole.set(landed, batch);
    return landed;
  }

  /** @throws SourceError KEY_UNUSABLE when the server would not find the row again by its key. */
  keyAt(batch: RecordBatch, row: number): KeyValues {
    if (this.#parts.length === 0) throw new Error('a key was asked for of rows that have none');
    return this.#parts.map((part, i) => {
      const text = this.#textAt(batch, row, i);
      if (typeof text === 'string') return text;
      throw keyValueUnusable(this.#where, part.name, text === null ? 'NULL' : 'half of a surrogate pair');
    });
  }

  /** As `keyAt`; undefined where that throws. */
  usableKeyAt(batch: RecordBatch, row: number): KeyValues | undefined {
    const values = this.#parts.map((_, i) => this.#textAt(batch, row, i));
    return values.every((value) => typeof value === 'string') ? values : undefined;
  }

  lossyValues(): ReadonlyMap<string, number> {
    const counts = this.#decoder.lossyValues();
    if (this.#hidden === 0) return counts;
    const landed = new Set(this.schema.fields.map(({ name }) => name));
    return new Map([...counts].filter(([name]) => landed.has(name)));
  }

  /** Null for NULL, undefined for a text that UTF-8 could not hold. */
  #textAt(batch: RecordBatch, row: number, part: number): string | null | undefined {
    const place = this.#places[part]!;
    const column: Vector | null = (this.#whole.get(batch) ?? batch).getChildAt(place);
    if (column === null || row < 0 || row >= batch.numRows)
      throw new Error(`no row ${row} of column ${place} in the batch`);
    const value: unknown = column.get(row);
    if (value === null) return null;
    const text = keyValueText(value, column.type);
    return text.includes(REPLACEMENT_CHARACTER) && this.#hasLostHalves(place) ? undefined : text;
  }

  /** A U+FFFD may be the database's own, or stand for what UTF-8 has no place for: then its column was counted. */
  #hasLostHalves(place: number): boolean {
    return this.#decoder.lossyValues().has(this.#decoder.schema.fields[place]!.name);
  }
}
