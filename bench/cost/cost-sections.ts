import { DEFAULT_MEMORY_MB } from '../../shared/core/cost.ts';
import {
  bestMemoryMb,
  cpuSeconds,
  extractorSeconds,
  type LandingWork,
  leastMemoryMb,
  vcpusOf,
} from '../../shared/core/landing-model.ts';
import type { MeasuredRates, RatedDialect, RatedForm } from '../../shared/core/measured-rates.ts';
import { LIST_PRICES, type ListPrice } from './list-prices.ts';
import { PEERS } from './peers.ts';
import {
  lambdaMonthUsd,
  landedBytes,
  landfallMonthUsd,
  landingUsd,
  tableWork,
  WORKLOADS,
  type Workload,
} from './workload.ts';

/** The parts of docs/costs.md that numbers are in, each computed from the model, by the name of its marker. */
export function costSections(measured: MeasuredRates): ReadonlyMap<string, string> {
  return new Map([
    ['rates', ratesSection(measured)],
    ['landing', landingSection(measured)],
    ['memory', memorySection(measured)],
    ['comparison', comparisonSection(measured)],
    ['prices', pricesSection()],
  ]);
}

const DIALECTS: Readonly<Record<RatedDialect, string>> = { mssql: 'SQL Server', postgres: 'PostgreSQL' };
const FORMATS = ['parquet', 'csv', 'jsonl'] as const;
const FORMS: Readonly<Record<(typeof FORMATS)[number], RatedForm>> = {
  parquet: 'parquet/zstd',
  csv: 'csv/gzip',
  jsonl: 'jsonl/gzip',
};

/** One table of a million rows of 200 bytes. */
function million(dialect: RatedDialect, format: LandingWork['format']): LandingWork {
  return { dialect, format, rows: 1_000_000, sourceBytes: 200_000_000, messages: 1 };
}

/** A table that is waiting for the most part. */
const SMALL: LandingWork = { dialect: 'mssql', format: 'parquet', rows: 1_000, sourceBytes: 200_000, messages: 1 };

function ratesSection({ measuredOn, machine, peakRssMb, rates }: MeasuredRates): string {
  const lines = dialectForms((dialect, format) => {
    const { cpuMicrosPerRow, cpuNanosPerByte, cpusUsed } = rates[dialect][FORMS[format]];
    return [DIALECTS[dialect], FORMS[format], String(cpuMicrosPerRow), String(cpuNanosPerByte), cpusUsed.toFixed(2)];
  });
  const head = `Measured ${measuredOn} on ${machine}. The largest peak RSS was ${peakRssMb} MiB.`;
  return `${head}\n\n${markdownTable(['from', 'to', 'CPU µs a row', 'CPU ns a byte', 'processors used'], lines, 2)}`;
}

function landingSection(measured: MeasuredRates): string {
  const lines = dialectForms((dialect, format) => {
    const work = million(dialect, format);
    const usd = landingUsd(work, DEFAULT_MEMORY_MB, measured);
    return [
      DIALECTS[dialect],
      FORMS[format],
      cpuSeconds(work, measured).toFixed(1),
      extractorSeconds(work, DEFAULT_MEMORY_MB, measured).toFixed(1),
      dollars(usd),
      dollars((usd / work.sourceBytes) * 1e9),
      dollars((usd / landedBytes(work)) * 1e9),
      mib(bestMemoryMb(work, measured)),
    ];
  });
  const titles = ['from', 'to', 'CPU s', 's', 'a million rows', 'a GB in the database', 'a GB landed', 'best memory'];
  return markdownTable(titles, lines, 2);
}

function memorySection(measured: MeasuredRates): string {
  const large = million('mssql', 'parquet');
  const best = [bestMemoryMb(large, measured), bestMemoryMb(SMALL, measured)];
  const sizes = new Set([leastMemoryMb(measured), 1_024, DEFAULT_MEMORY_MB, 2_560, 3_538, 7_076, ...best]);
  const cells = (work: LandingWork, memoryMb: number) => {
    const thousand = dollars(landingUsd(work, memoryMb, measured) * 1_000);
    const isBest = bestMemoryMb(work, measured) === memoryMb;
    return [extractorSeconds(work, memoryMb, measured).toFixed(1), isBest ? `**${thousand}**` : thousand];
  };
  const lines = [...sizes]
    .toSorted((a, b) => a - b)
    .map((memoryMb) => [
      mib(memoryMb),
      vcpusOf(memoryMb).toFixed(2),
      ...cells(large, memoryMb),
      ...cells(SMALL, memoryMb),
    ]);
  const titles = ['memory', 'vCPUs', 's of 1,000,000 rows', 'dollars', 's of 1,000 rows', 'dollars'];
  return markdownTable(titles, lines, 0);
}

function comparisonSection(measured: MeasuredRates): string {
  const best = WORKLOADS.map((workload) => bestMemoryMb(tableWork(workload), measured));
  const line = (name: string, usdOf: (workload: Workload, place: number) => number) => [
    name,
    ...WORKLOADS.map((workload, place) => monthly(usdOf(workload, place))),
  ];
  const landfall = [
    line(`**Landfall, ${mib(DEFAULT_MEMORY_MB)} (the default)**`, (workload) =>
      landfallMonthUsd(workload, DEFAULT_MEMORY_MB, measured),
    ),
    line('of it the time on Lambda', (workload) => lambdaMonthUsd(workload, DEFAULT_MEMORY_MB, measured)),
    line(`**Landfall, its best memory (${best.map(mib).join(' and ')})**`, (workload, place) =>
      landfallMonthUsd(workload, best[place]!, measured),
    ),
  ];
  const peers = PEERS.map(({ name, isConfirmed, monthUsd }) =>
    line(isConfirmed ? name : `${name} (price not confirmed)`, (workload) => monthUsd(workload, measured)),
  );
  return markdownTable(['dollars a month', ...WORKLOADS.map(({ name }) => name)], [...landfall, ...peers], 1);
}

function pricesSection(): string {
  const lines = Object.values<ListPrice>(LIST_PRICES).map(({ what, usd, unit, page, readIn, isConfirmed }) => [
    `[${what}](${page})`,
    `${plainNumber(usd)} per ${unit}`,
    isConfirmed ? readIn : `not confirmed: ${readIn}`,
  ]);
  return markdownTable(['price', 'dollars', 'read in'], lines, 3);
}

function dialectForms(lineOf: (dialect: RatedDialect, format: (typeof FORMATS)[number]) => string[]): string[][] {
  const dialects = Object.keys(DIALECTS) as RatedDialect[];
  return dialects.flatMap((dialect) => FORMATS.map((format) => lineOf(dialect, format)));
}

/** Columns from `numbersFrom` on are aligned to the right. */
function markdownTable(titles: readonly string[], lines: readonly (readonly string[])[], numbersFrom: number): string {
  const text = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${titles.map((_, place) => (place < numbersFrom ? '---' : '---:')).join('|')}|`;
  return [text(titles), rule, ...lines.map(text)].join('\n');
}

const mib = (memoryMb: number): string => `${memoryMb.toLocaleString('en-US')} MiB`;

/** Two digits that say something, behind the point. */
const dollars = (usd: number): string => usd.toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd))));

const monthly = (usd: number): string => usd.toFixed(usd < 10 ? 2 : 0);

/** Without an exponent. */
function plainNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 12, maximumFractionDigits: 20 });
}
