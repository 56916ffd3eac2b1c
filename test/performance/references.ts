/**
 * What the stages take in units of their yardsticks. After a stage was made faster or slower on purpose, and when the guard
 * says that a doubling would no longer be seen, `npx node test/performance/main.ts` prints the table anew.
 */
export const REFERENCES: Readonly<Record<string, number>> = {
  'decode mssql': 1.75,
  'decode postgres': 1.08,
  'encode parquet': 1.24,
  'encode csv': 2.45,
  'encode jsonl': 2.85,
  'encode csv, gzip': 1.2,
  upload: 1.85,
};

/** Times the reference: as far from noise as from a regression of 2. */
export const LIMIT = 1.45;
