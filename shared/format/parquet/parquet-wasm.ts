/** parquet-wasm, which reads and compiles 5 MB as soon as it is loaded. */
export type ParquetWasm = typeof import('parquet-wasm');

/** Loads it for the first table that needs it, so that a function which lands text, or nothing yet, never does. */
export async function loadParquetWasm(): Promise<ParquetWasm> {
  return await import('parquet-wasm');
}
