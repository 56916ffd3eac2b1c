import { LandfallError } from '../../core/errors.ts';
import { endsAsParquet, footerRowCount, trailerBytes } from '../parquet/row-count.ts';
import type { LandedFile } from './landed-file.ts';
import type { RowCount } from './text-rows.ts';

/** Footers of files with some hundred columns and row groups. */
const LIKELY_FOOTER_BYTES = 64 * 1024;

/**
 * The row count of a Parquet file's footer, which is read alone. Not by parquet-wasm, whose failures on damaged bytes would
 * end the process.
 */
export async function parquetRowCount(file: LandedFile): Promise<RowCount> {
  const { sizeBytes } = file;
  if (sizeBytes < trailerBytes) return flawed('is too short for a Parquet file');
  let end = await file.read(Math.max(0, sizeBytes - LIKELY_FOOTER_BYTES), sizeBytes);
  if (!endsAsParquet(end)) return flawed('does not end as a Parquet file does');
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  const wanted = trailerBytes + view.getUint32(end.byteLength - trailerBytes, true);
  if (wanted > sizeBytes) return flawed('has a Parquet footer that is longer than the file');
  if (wanted > end.byteLength) end = await file.read(sizeBytes - wanted, sizeBytes);
  try {
    return { rows: footerRowCount(end), flaw: undefined };
  } catch (thrown) {
    if (thrown instanceof LandfallError && thrown.code === 'PARQUET_INCOMPLETE') return flawed(NO_FOOTER);
    throw thrown;
  }
}

const NO_FOOTER = 'has no readable Parquet footer';

function flawed(flaw: string): RowCount {
  return { rows: 0, flaw };
}
