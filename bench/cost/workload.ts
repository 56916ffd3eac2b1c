import { DEFAULTS } from '../../shared/config/defaults.ts';
import { landingCost, PRICES } from '../../shared/core/cost.ts';
import { extractorSeconds, type LandingWork } from '../../shared/core/landing-model.ts';
import type { MeasuredRates } from '../../shared/core/measured-rates.ts';
import { REQUESTS_PER_MESSAGE } from '../../shared/flow/estimate-run.ts';
import { assumedRatio } from '../../shared/flow/estimate-table.ts';

/** Tables that are landed whole, once a day. */
export interface Workload {
  readonly name: string;
  readonly tables: number;
  readonly rowsPerTable: number;
  readonly rowBytes: number;
}

export const DAYS_PER_MONTH = 30;

export const WORKLOADS: readonly Workload[] = [
  { name: '1,000 tables, 200 GB a day', tables: 1_000, rowsPerTable: 1_000_000, rowBytes: 200 },
  { name: '50 tables, 1 GB a day', tables: 50, rowsPerTable: 100_000, rowBytes: 200 },
];

/** One table of it, from SQL Server to Parquet. */
export function tableWork({ rowsPerTable, rowBytes }: Workload): LandingWork {
  const sourceBytes = rowsPerTable * rowBytes;
  return { dialect: 'mssql', format: 'parquet', rows: rowsPerTable, sourceBytes, messages: 1 };
}

/** What landing costs in dollars: Lambda, S3's requests and SQS, without storing it. */
export function landingUsd(work: LandingWork, memoryMb: number, measured: MeasuredRates): number {
  const seconds = extractorSeconds(work, memoryMb, measured);
  const { fileMaxBytes } = DEFAULTS;
  const bytes = landedBytes(work);
  const parts = work.messages * Math.max(1, Math.ceil(bytes / work.messages / fileMaxBytes));
  const { usd } = landingCost({ memoryMb, seconds, parts, bytes });
  return usd + work.messages * REQUESTS_PER_MESSAGE * PRICES.sqsPerRequest;
}

/** As `plan` assumes it, of the compression that was measured. */
export function landedBytes({ format, sourceBytes }: LandingWork): number {
  return sourceBytes * assumedRatio({ format, compression: format === 'parquet' ? 'zstd' : 'gzip' });
}

export function landfallMonthUsd(workload: Workload, memoryMb: number, measured: MeasuredRates): number {
  return DAYS_PER_MONTH * workload.tables * landingUsd(tableWork(workload), memoryMb, measured);
}

/** What of it the time of the extractors costs. */
export function lambdaMonthUsd(workload: Workload, memoryMb: number, measured: MeasuredRates): number {
  const gbSeconds = (memoryMb / 1024) * extractorSeconds(tableWork(workload), memoryMb, measured);
  return DAYS_PER_MONTH * workload.tables * gbSeconds * PRICES.lambdaPerGbSecond;
}
