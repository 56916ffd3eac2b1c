import { MESSAGE_WAIT_SECONDS, rowCpuSeconds, SOURCE_BYTES_PER_SECOND } from '../../shared/core/landing-model.ts';
import { MESSAGE_CPU_SECONDS, type MeasuredRates } from '../../shared/core/measured-rates.ts';
import { LIST_PRICES } from './list-prices.ts';
import { DAYS_PER_MONTH, tableWork, type Workload } from './workload.ts';

/** Another way to land the same tables, and what a month of it costs in dollars. */
export interface Peer {
  readonly name: string;
  /** False where a price in it could not be confirmed. */
  readonly isConfirmed: boolean;
  readonly monthUsd: (workload: Workload, measured: MeasuredRates) => number;
}

const HOURS_PER_MONTH = 730;
const SECONDS_PER_HOUR = 3_600;

/** Of a task of Fargate and of a job of Glue. */
const LEAST_BILLED_SECONDS = 60;

/** @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-job.html#aws-glue-api-jobs-job-CreateJob */
const SPARK_DPUS = 2;
const PYTHON_SHELL_DPUS = 0.0625;
const VCPUS_PER_DPU = 4;

const FARGATE_GB = 2;

/** Up to here a burstable instance is taken, for what it does between its rests; beyond, the smallest that never rests. */
const BURSTABLE_BYTES_PER_DAY = 10e9;

const { glueDpuHour, dmsT3MediumHour, dmsC5LargeHour, dmsDcuHour, fargateVcpuHour, fargateGbHour } = LIST_PRICES;

const fargateHour = fargateVcpuHour.usd + FARGATE_GB * fargateGbHour.usd;

export const PEERS: readonly Peer[] = [
  {
    name: 'Fargate, one task (1 vCPU, 2 GB) for all tables in turn',
    isConfirmed: true,
    monthUsd: (workload, measured) => allInTurn(workload, 1, fargateHour, measured),
  },
  {
    name: 'Fargate, a task (1 vCPU, 2 GB) for each table',
    isConfirmed: true,
    monthUsd: (workload, measured) => oneByOne(workload, 1, fargateHour, measured),
  },
  {
    name: 'Glue Python shell (1/16 DPU), a job for each table',
    isConfirmed: true,
    monthUsd: (workload, measured) =>
      oneByOne(workload, PYTHON_SHELL_DPUS * VCPUS_PER_DPU, PYTHON_SHELL_DPUS * glueDpuHour.usd, measured),
  },
  {
    name: 'Glue Spark (2 DPU), one job for all tables',
    isConfirmed: true,
    monthUsd: (workload, measured) =>
      allAtOnce(workload, SPARK_DPUS * VCPUS_PER_DPU, SPARK_DPUS * glueDpuHour.usd, measured),
  },
  {
    name: 'Glue Spark (2 DPU), a job for each table',
    isConfirmed: true,
    monthUsd: (workload, measured) =>
      oneByOne(workload, SPARK_DPUS * VCPUS_PER_DPU, SPARK_DPUS * glueDpuHour.usd, measured),
  },
  {
    name: 'DMS Serverless, 1 DCU, always there',
    isConfirmed: dmsDcuHour.isConfirmed,
    monthUsd: () => HOURS_PER_MONTH * dmsDcuHour.usd,
  },
  {
    name: 'DMS, one instance, always there: dms.c5.large for the first, dms.t3.medium for the second',
    isConfirmed: dmsC5LargeHour.isConfirmed,
    monthUsd: ({ tables, rowsPerTable, rowBytes }) =>
      HOURS_PER_MONTH *
      (tables * rowsPerTable * rowBytes > BURSTABLE_BYTES_PER_DAY ? dmsC5LargeHour.usd : dmsT3MediumHour.usd),
  },
];

/** Seconds of one table with so many processors and one connection, for code as fast as Landfall's. */
function tableSeconds(workload: Workload, vcpus: number, measured: MeasuredRates): number {
  const work = tableWork(workload);
  const reading = Math.max(rowCpuSeconds(work, measured) / vcpus, work.sourceBytes / SOURCE_BYTES_PER_SECOND);
  return reading + MESSAGE_WAIT_SECONDS + MESSAGE_CPU_SECONDS / Math.min(1, vcpus);
}

function oneByOne(workload: Workload, vcpus: number, hourUsd: number, measured: MeasuredRates): number {
  const seconds = Math.max(LEAST_BILLED_SECONDS, tableSeconds(workload, vcpus, measured));
  return (DAYS_PER_MONTH * workload.tables * seconds * hourUsd) / SECONDS_PER_HOUR;
}

function allInTurn(workload: Workload, vcpus: number, hourUsd: number, measured: MeasuredRates): number {
  const seconds = Math.max(LEAST_BILLED_SECONDS, workload.tables * tableSeconds(workload, vcpus, measured));
  return (DAYS_PER_MONTH * seconds * hourUsd) / SECONDS_PER_HOUR;
}

/** Each processor lands a table of its own. */
function allAtOnce(workload: Workload, vcpus: number, hourUsd: number, measured: MeasuredRates): number {
  const seconds = Math.max(LEAST_BILLED_SECONDS, (workload.tables * tableSeconds(workload, 1, measured)) / vcpus);
  return (DAYS_PER_MONTH * seconds * hourUsd) / SECONDS_PER_HOUR;
}
