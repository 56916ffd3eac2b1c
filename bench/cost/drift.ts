import { cpuSeconds, type LandingWork } from '../../shared/core/landing-model.ts';
import type { MeasuredRates } from '../../shared/core/measured-rates.ts';

/** Rows of so many bytes are what the constants are compared by: each of them alone says little. */
const ROW_BYTES = [20, 200, 2_000];
const ALLOWED = 0.2;

/** What differs by more than 20 % between two sets of constants, in words; empty when nothing does. */
export function drift(standing: MeasuredRates, found: MeasuredRates): string[] {
  const lines: string[] = [];
  const compare = (what: string, before: number, now: number) => {
    if (Math.abs(now / before - 1) > ALLOWED)
      lines.push(`${what}: ${before.toPrecision(3)} stands, ${now.toPrecision(3)} measured`);
  };
  compare('peak RSS in MiB', standing.peakRssMb, found.peakRssMb);
  for (const dialect of ['mssql', 'postgres'] as const) {
    for (const format of ['parquet', 'csv', 'jsonl'] as const) {
      for (const rowBytes of ROW_BYTES) {
        const rows = 1_000_000;
        const work: LandingWork = { dialect, format, rows, sourceBytes: rows * rowBytes, messages: 0 };
        const what = `${dialect} to ${format}, CPU s of 1,000,000 rows of ${rowBytes} bytes`;
        compare(what, cpuSeconds(work, standing), cpuSeconds(work, found));
      }
    }
  }
  return lines;
}
