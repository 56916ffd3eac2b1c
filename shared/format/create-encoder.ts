import type { Compression, Format } from '../config/config.ts';
import { ConfigError } from '../core/errors.ts';
import { requireTextTypes } from './column-types.ts';
import type { Encoder } from './encoder.ts';
import { createParquetEncoder, defaultRowGroupLimits } from './parquet/parquet-encoder.ts';
import type { CellStyle } from './text/cells.ts';
import { compressed } from './text/compress.ts';
import { csvLayout, csvStyle } from './text/csv.ts';
import { jsonDocumentLayout, jsonLinesLayout, jsonStyle } from './text/json.ts';
import type { LayoutFor } from './text/layout.ts';
import { textBytes } from './text/text-encoder.ts';

export interface EncoderOptions {
  readonly format: Format;
  readonly compression: Compression;
  /**
   * Upper bound of the pieces that bytes leave in, so that a small file can end near its size. Text has pieces of 1 MiB
   * before compression, Parquet row groups of 16 MiB, unless this is less.
   */
  readonly chunkBytes?: number;
}

/**
 * The encoder of a table's configured format. It keeps no state: one may encode many tables, also at the same time.
 * @throws ConfigError when the format does not go with the compression.
 */
export function createEncoder({ format, compression, chunkBytes = Number.POSITIVE_INFINITY }: EncoderOptions): Encoder {
  if (format !== 'parquet') return createTextEncoder(format, compression, chunkBytes);
  const sizeBytes = Math.min(defaultRowGroupLimits.sizeBytes, chunkBytes);
  return createParquetEncoder(compression, { ...defaultRowGroupLimits, sizeBytes });
}

interface TextFormat {
  readonly contentType: string;
  readonly style: CellStyle;
  readonly layoutFor: LayoutFor;
}

const textFormats: Readonly<Record<Exclude<Format, 'parquet'>, TextFormat>> = {
  csv: { contentType: 'text/csv; charset=utf-8', style: csvStyle, layoutFor: csvLayout },
  jsonl: { contentType: 'application/x-ndjson', style: jsonStyle, layoutFor: jsonLinesLayout },
  json: { contentType: 'application/json', style: jsonStyle, layoutFor: jsonDocumentLayout },
};

const compressedExtensions = { gzip: 'gz', zstd: 'zst' };

function createTextEncoder(format: Exclude<Format, 'parquet'>, compression: Compression, chunkBytes: number): Encoder {
  if (compression === 'snappy') throw snappyRefused(format);
  const { contentType, style, layoutFor } = textFormats[format];
  return {
    extension: compression === 'none' ? format : `${format}.${compressedExtensions[compression]}`,
    contentType,
    encode(schema, batches) {
      requireTextTypes(schema);
      const text = textBytes(schema, batches, style, layoutFor, chunkBytes);
      return compression === 'none' ? text : compressed(text, compression);
    },
  };
}

function snappyRefused(format: Format): ConfigError {
  return new ConfigError(
    'COMPRESSION_UNSUPPORTED',
    `The format ${format} is configured with the compression snappy; ${format} allows zstd, gzip and none.`,
    { remedy: 'Choose another `compression`, or `format: parquet`.' },
  );
}
