import type { LandingCost } from './records.ts';

/**
 * List prices in dollars, of us-east-1 in November 2026. Other regions and agreements differ; what is shown is meant to
 * compare tables and runs with each other. docs/costs.md says where each was read.
 * @see https://aws.amazon.com/lambda/pricing/ (arm64), https://aws.amazon.com/s3/pricing/, https://aws.amazon.com/sqs/pricing/
 */
export const PRICES = {
  lambdaPerGbSecond: 0.0000133334,
  lambdaPerRequest: 0.0000002,
  s3PerWrite: 0.000005,
  s3PerRead: 0.0000004,
  s3PerGbMonth: 0.023,
  sqsPerRequest: 0.0000004,
} as const;

/** Memory of an extractor where nothing else is known, in MiB: one whole vCPU. */
export const DEFAULT_MEMORY_MB = 1_769;

const BYTES_PER_GB = 1_000_000_000;

/** S3 is sent the bytes of a part in slices of this size. */
const SLICE_BYTES = 8 * 1024 * 1024;

/** Records of the ledger that are written for a table, and for each of its parts, when nothing fails. */
const WRITES_PER_TABLE = 6;
const WRITES_PER_PART = 3;
const READS_PER_TABLE = 12;

export interface LandingEffort {
  readonly memoryMb: number;
  /** Of all parts together, in which an extractor was at work. */
  readonly seconds: number;
  readonly parts: number;
  readonly bytes: number;
}

/** What landing a table costs: seconds of an extractor, and requests to S3. Its storage is not in it. */
export function landingCost({ memoryMb, seconds, parts, bytes }: LandingEffort): LandingCost {
  const gbSeconds = (memoryMb / 1024) * seconds;
  const uploads = parts * 2 + Math.ceil(bytes / SLICE_BYTES);
  const writes = WRITES_PER_TABLE + parts * WRITES_PER_PART + uploads;
  const requests = PRICES.s3PerWrite * writes + PRICES.s3PerRead * READS_PER_TABLE;
  return {
    memory_mb: memoryMb,
    gb_seconds: rounded(gbSeconds, 3),
    s3_requests: writes + READS_PER_TABLE,
    usd: rounded(gbSeconds * PRICES.lambdaPerGbSecond + PRICES.lambdaPerRequest + requests, 6),
  };
}

/** What a month of storing so many bytes costs, in dollars. */
export function storageCostUsd(bytes: number): number {
  return (bytes / BYTES_PER_GB) * PRICES.s3PerGbMonth;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
