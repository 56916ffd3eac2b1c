import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { type DrainOrders, type DrainReport, drainTables } from './drain-tables.ts';
import { type ScheduleReport, scheduleTables } from './schedule-tables.ts';

/** Where the handlers of the fleet are at work. */
export interface Workers {
  readonly schedule: (environment: Readonly<Record<string, string>>) => Promise<ScheduleReport & Partial<Memory>>;
  readonly drain: (orders: DrainOrders) => Promise<DrainReport & Partial<Memory>>;
}

export interface Memory {
  /** The most memory that the process ever had. */
  readonly peakMb: number;
}

const OUTPUT_MAX_BYTES = 64 * 1_024 * 1_024;

/** The scheduler and the extractors each in a process, apart from the emulated services. */
export const ownProcesses: Workers = {
  schedule: (environment) => reportOf<ScheduleReport & Memory>('scheduler-process.ts', environment),
  drain: (orders) => reportOf<DrainReport & Memory>('extractor-process.ts', orders),
};

export const thisProcess: Workers = { schedule: scheduleTables, drain: drainTables };

async function reportOf<Report>(script: string, orders: object): Promise<Report> {
  const words = [join(import.meta.dirname, script), JSON.stringify(orders)];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...COMPILE_CACHE },
    maxBuffer: OUTPUT_MAX_BYTES,
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Report;
}
