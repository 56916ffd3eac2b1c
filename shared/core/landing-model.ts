import {
  type LandingRate,
  MEASURED_RATES,
  MESSAGE_CPU_SECONDS,
  type MeasuredRates,
  type RatedDialect,
  type RatedForm,
} from './measured-rates.ts';

/**
 * How long an extractor takes, and with how much memory it is cheapest: CPU time that was measured, by the CPU that
 * Lambda gives for memory, and waiting that is assumed. What comes of it is in docs/costs.md.
 */
export interface LandingWork {
  readonly dialect: RatedDialect;
  readonly format: 'parquet' | 'csv' | 'jsonl' | 'json';
  readonly rows: number;
  /** Of these rows in the database. */
  readonly sourceBytes: number;
  readonly messages: number;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const MB_PER_VCPU = 1_769;
export const MAX_LAMBDA_MB = 10_240;

/** The least that the configuration takes for `memory`, in MiB. */
export const MIN_EXTRACTOR_MB = 512;

/**
 * Seconds that a message waits for others: some 26 requests to S3, one after the other, at 30 ms, and the database while
 * it connects. Assumed, for it was not measured in AWS.
 */
export const MESSAGE_WAIT_SECONDS = 1;

/** Bytes a second that one query of a database sends at most, through the network: assumed, and rather little. */
export const SOURCE_BYTES_PER_SECOND = 50_000_000;

/** Above the peak that was seen, for rows as wide as `max_value_bytes` allows. */
const MEMORY_RESERVE = 1.5;
const MEMORY_STEP_MB = 64;

/** How much more than the least price may be paid for being faster. */
const PRICE_TOLERANCE = 1.1;

/** The form whose measurement stands for a format, whatever its compression; text without any takes less. */
const FORMS: Readonly<Record<LandingWork['format'], RatedForm>> = {
  parquet: 'parquet/zstd',
  csv: 'csv/gzip',
  jsonl: 'jsonl/gzip',
  json: 'jsonl/gzip',
};

/** Of Lambda, for memory in MiB. */
export function vcpusOf(memoryMb: number): number {
  return memoryMb / MB_PER_VCPU;
}

/** CPU seconds of reading, encoding and uploading the rows, without what each message takes. */
export function rowCpuSeconds(work: LandingWork, measured: MeasuredRates = MEASURED_RATES): number {
  const { cpuMicrosPerRow, cpuNanosPerByte } = rateOf(work, measured);
  return (work.rows * cpuMicrosPerRow) / 1e6 + (work.sourceBytes * cpuNanosPerByte) / 1e9;
}

/** CPU seconds of all of it. */
export function cpuSeconds(work: LandingWork, measured: MeasuredRates = MEASURED_RATES): number {
  return rowCpuSeconds(work, measured) + work.messages * MESSAGE_CPU_SECONDS;
}

/** Seconds that extractors read rows, one message after the other: of the CPU or of the database, whichever is slower. */
export function readingSeconds(work: LandingWork, memoryMb: number, measured: MeasuredRates = MEASURED_RATES): number {
  const cpus = Math.min(vcpusOf(memoryMb), rateOf(work, measured).cpusUsed);
  return Math.max(rowCpuSeconds(work, measured) / cpus, work.sourceBytes / SOURCE_BYTES_PER_SECOND);
}

/** Seconds of one message in which no row is read. */
export function messageSeconds(memoryMb: number): number {
  return MESSAGE_WAIT_SECONDS + MESSAGE_CPU_SECONDS / Math.min(1, vcpusOf(memoryMb));
}

/** Seconds of all messages, one after the other: what Lambda bills. */
export function extractorSeconds(
  work: LandingWork,
  memoryMb: number,
  measured: MeasuredRates = MEASURED_RATES,
): number {
  return readingSeconds(work, memoryMb, measured) + work.messages * messageSeconds(memoryMb);
}

/** The least memory that holds an extractor, in MiB. */
export function leastMemoryMb({ peakRssMb }: MeasuredRates = MEASURED_RATES): number {
  const needed = Math.ceil((peakRssMb * MEMORY_RESERVE) / MEMORY_STEP_MB) * MEMORY_STEP_MB;
  return Math.max(MIN_EXTRACTOR_MB, needed);
}

/**
 * The memory for the work, in MiB: the most, and so the fastest, that costs hardly more than the cheapest. CPU time costs
 * the same with any memory up to the processors that are used; waiting is paid by memory.
 */
export function bestMemoryMb(work: LandingWork, measured: MeasuredRates = MEASURED_RATES): number {
  const sizes: number[] = [];
  for (let size = leastMemoryMb(measured); size <= MAX_LAMBDA_MB; size += MEMORY_STEP_MB) sizes.push(size);
  const price = (memoryMb: number) => memoryMb * extractorSeconds(work, memoryMb, measured);
  const most = Math.min(...sizes.map(price)) * PRICE_TOLERANCE;
  return sizes.findLast((size) => price(size) <= most)!;
}

function rateOf({ dialect, format }: LandingWork, { rates }: MeasuredRates): LandingRate {
  return rates[dialect][FORMS[format]];
}
