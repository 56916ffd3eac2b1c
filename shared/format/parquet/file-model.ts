import type { DataType } from 'apache-arrow';

/** Numbers of the Thrift enums of parquet-format's parquet.thrift, as far as they are written here. */
export const PhysicalType = {
  boolean: 0,
  int32: 1,
  int64: 2,
  float: 4,
  double: 5,
  byteArray: 6,
  fixedLenByteArray: 7,
} as const;
export type PhysicalType = (typeof PhysicalType)[keyof typeof PhysicalType];

export const Encoding = { plain: 0, rle: 3, rleDictionary: 8 } as const;
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

export const Codec = { none: 0, snappy: 1, gzip: 2, zstd: 6 } as const;
export type Codec = (typeof Codec)[keyof typeof Codec];

/** How one Arrow column is stored. All columns are optional: what a database declares does not hold for a query's result. */
export interface StoredColumn {
  readonly name: string;
  readonly type: DataType;
  readonly physicalType: PhysicalType;
  /** Bytes of a value of `fixedLenByteArray`; undefined for other types. */
  readonly typeLength: number | undefined;
}

/**
 * Least and greatest value, PLAIN encoded without a length (parquet.thrift, Statistics.min_value). Undefined when there is
 * none, as in columns of NULLs, or none that can be told, as with NaN.
 */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  /** False where a long text was cut: min rounded down, max up. */
  readonly isMinExact: boolean;
  readonly isMaxExact: boolean;
}

/** A data page that is in the file. */
export interface WrittenPage {
  readonly offset: number;
  /** With its header. */
  readonly sizeBytes: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly nullCount: number;
  readonly bounds: Bounds | undefined;
}

/** A column of a row group that is in the file. */
export interface WrittenChunk {
  readonly column: StoredColumn;
  readonly encodings: readonly Encoding[];
  readonly codec: Codec;
  readonly rows: number;
  /** Of all pages with their headers. */
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly dictionaryPageOffset: number | undefined;
  readonly pages: readonly WrittenPage[];
  readonly nullCount: number;
  readonly bounds: Bounds | undefined;
}

export interface WrittenRowGroup {
  readonly offset: number;
  readonly rows: number;
  readonly chunks: readonly WrittenChunk[];
}
