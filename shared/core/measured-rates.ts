/** CPU time of an extractor, of one dialect and one format, start and end of a message apart. */
export interface LandingRate {
  readonly cpuMicrosPerRow: number;
  /** For each byte of the rows as the database sends them. */
  readonly cpuNanosPerByte: number;
  /** Processors at work on average where there are enough: CPU time by wall time, with two of them. */
  readonly cpusUsed: number;
}

/** A format with the compression that it was measured with. */
export type RatedForm = 'parquet/zstd' | 'csv/gzip' | 'jsonl/gzip';
export type RatedDialect = 'mssql' | 'postgres';

export interface MeasuredRates {
  /** YYYY-MM-DD */
  readonly measuredOn: string;
  readonly machine: string;
  /** Of a whole extractor process, the largest that was seen. */
  readonly peakRssMb: number;
  readonly rates: Readonly<Record<RatedDialect, Readonly<Record<RatedForm, LandingRate>>>>;
}

/**
 * CPU seconds of a message besides its rows: 0.045 for the records and their requests, measured by `npm run test:load`
 * over 10,000 tables (docs/performance.md), and what is missing there, a TLS connection and a login.
 */
export const MESSAGE_CPU_SECONDS = 0.06;

/** Everything from here on is written by `npm run bench:cost -- --results F --adopt`, from what `npm run bench` measured. */
export const MEASURED_RATES: MeasuredRates = {
  measuredOn: '2026-11-27',
  machine: '2 x AMD EPYC, linux x64, Node v24.21.0',
  peakRssMb: 276,
  rates: {
    mssql: {
      'parquet/zstd': { cpuMicrosPerRow: 0.296, cpuNanosPerByte: 17.7, cpusUsed: 1.22 },
      'csv/gzip': { cpuMicrosPerRow: 0.296, cpuNanosPerByte: 30.1, cpusUsed: 1.47 },
      'jsonl/gzip': { cpuMicrosPerRow: 0.513, cpuNanosPerByte: 27, cpusUsed: 1.51 },
    },
    postgres: {
      'parquet/zstd': { cpuMicrosPerRow: 0.362, cpuNanosPerByte: 16.1, cpusUsed: 1.08 },
      'csv/gzip': { cpuMicrosPerRow: 0.246, cpuNanosPerByte: 31.8, cpusUsed: 1.27 },
      'jsonl/gzip': { cpuMicrosPerRow: 0.21, cpuNanosPerByte: 38, cpusUsed: 1.26 },
    },
  },
};
