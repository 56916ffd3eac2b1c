import { type Data, type DataType, makeData, Type } from 'apache-arrow';
import { SourceError } from '../../core/errors.ts';

/** A column as it is landed: its name, its Arrow type and the type the database gives it. */
export interface ColumnShape {
  readonly name: string;
  readonly type: DataType;
  /** As the database writes it, such as `numeric(12,2)` or `nvarchar(50)`. */
  readonly sourceType: string;
}

export interface ColumnBuffers {
  readonly data: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
}

/**
 * Collects the values of one column of one batch, straight from the bytes of the wire.
 * Every batch gets buffers of its own: whoever holds an earlier batch keeps it unharmed, and
 * apache-arrow's IPC writer, which merges neighbouring ranges of one ArrayBuffer, finds nothing to merge.
 */
export abstract class ColumnBuilder {
  readonly shape: ColumnShape;
  protected readonly capacity: number;
  protected rows = 0;
  #nulls = 0;
  #validity: Uint8Array | undefined;

  constructor(shape: ColumnShape, capacity: number) {
    this.shape = shape;
    this.capacity = capacity;
  }

  appendNull(): void {
    this.#validity ??= new Uint8Array((this.capacity + 7) >> 3).fill(0xff);
    this.#validity[this.rows >> 3]! &= ~(1 << (this.rows & 7));
    this.#nulls += 1;
    this.rows += 1;
  }

  /** The column of the batch so far; the builder starts a new batch. */
  take(): Data {
    const length = this.rows;
    const nullBitmap = this.#takeValidity();
    const props = { type: this.shape.type, length, nullCount: this.#nulls, nullBitmap, ...this.takeBuffers() };
    this.rows = 0;
    this.#nulls = 0;
    return makeData(props as Parameters<typeof makeData>[0]);
  }

  /** Hands over the buffers of the `rows` values and puts fresh ones in their place. */
  protected abstract takeBuffers(): ColumnBuffers;

  #takeValidity(): Uint8Array | undefined {
    const bitmap = this.#validity?.subarray(0, (this.rows + 7) >> 3);
    if (bitmap !== undefined && this.rows % 8 !== 0) bitmap[bitmap.length - 1]! &= (1 << (this.rows & 7)) - 1;
    this.#validity = undefined;
    return bitmap;
  }

  /** For a value that the landed type cannot hold. */
  protected unlandable(found: string, remedy: string): SourceError {
    const { name, sourceType, type } = this.shape;
    return new SourceError(
      'VALUE_NOT_REPRESENTABLE',
      `Column "${name}" (${sourceType}) holds ${found}, which ${Type[type.typeId]} cannot hold.`,
      { retry: 'permanent', remedy },
    );
  }
}
