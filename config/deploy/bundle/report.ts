import { type BundleSize, percent } from './baseline.ts';
import type { ImportTimes } from './measure-import.ts';

export interface BundleMeasures extends BundleSize, ImportTimes {
  readonly kind: string;
  /** What Lambda is sent, without the configuration. */
  readonly zipBytes: number;
}

const WIDTHS = [18, 9, 9, 9, 9, 11, 7, 8] as const;
const HEADINGS = ['bundle', 'code kB', 'change', 'modules', 'zip kB', 'import ms', 'CPU', 'cached'];

/** A table of 80 columns at most. */
export function reportTable(measures: readonly BundleMeasures[], baseline: ReadonlyMap<string, BundleSize>): string {
  return [HEADINGS, ...measures.map((each) => cells(each, baseline.get(each.kind)))].map(line).join('');
}

function cells(measures: BundleMeasures, before: BundleSize | undefined): string[] {
  const { kind, codeBytes, modules, zipBytes, coldMs, coldCpuMs, cachedMs } = measures;
  return [
    kind,
    kilobytes(codeBytes),
    before === undefined ? 'new' : percent(codeBytes / before.codeBytes - 1),
    String(modules),
    kilobytes(zipBytes),
    coldMs.toFixed(0),
    coldCpuMs.toFixed(0),
    cachedMs.toFixed(0),
  ];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function line(values: readonly string[]): string {
  const padded = values.map((value, column) => {
    const width = WIDTHS[column]!;
    return column === 0 ? value.padEnd(width) : value.padStart(width);
  });
  return `${padded.join('')}\n`;
}
