import type { Dialect } from '../land/sources/login.ts';
import { markdownTable } from './markdown-table.ts';
import { databaseName } from './names.ts';
import { type SubjectResult, subjectOf, type TableResult, timesCpu } from './results.ts';

/** Landfall's subjects as columns of the comparison on one table: the whole way in each format, and decoding alone. */
const OURS: readonly (readonly [subject: string, title: string])[] = [
  ['landfall-parquet', 'Parquet + zstd'],
  ['landfall-csv', 'csv + gzip'],
  ['landfall-jsonl', 'jsonl + gzip'],
  ['decode', 'decoding only'],
];
const CHIEF_TABLE = 'orders';

/**
 * The ratios that matter, of each database: Landfall's zstd Parquet against each peer on every table, and each of
 * Landfall's formats against each peer on the table of orders. Empty without peers.
 */
export function comparisonsMarkdown(tables: readonly TableResult[]): string {
  const dialects = [...new Set(tables.map(({ dialect }) => dialect))];
  return dialects.flatMap((dialect) => ofDialect(dialect, tables)).join('\n\n');
}

function ofDialect(dialect: Dialect, tables: readonly TableResult[]): string[] {
  const own = tables.filter((table) => table.dialect === dialect);
  const peers = new Map(
    own.flatMap(({ subjects }) => subjects.filter(isPeer).map(({ name, title }) => [name, title] as const)),
  );
  if (peers.size === 0) return [];
  const database = databaseName(dialect);
  const byTable = [...peers].map(([name, title]) => [
    title,
    ...own.map((table) => part(table, 'landfall-parquet', name)),
  ]);
  const chief = own.find(({ table }) => table === CHIEF_TABLE);
  const byFormat = [...peers].map(([name, title]) => [title, ...OURS.map(([ours]) => part(chief, ours, name))]);
  return [
    `**${database}: the CPU of Landfall's zstd Parquet as a part of the peer's**`,
    markdownTable(['peer', ...own.map(({ table }) => table)], byTable),
    ...(chief === undefined
      ? []
      : [
          `**${database}, orders: the CPU of each of Landfall's formats as a part of the peer's**`,
          markdownTable(['peer', ...OURS.map(([, title]) => title)], byFormat),
        ]),
  ];
}

/** The driver's own rows are a floor that others stand on. */
function isPeer({ group, name }: SubjectResult): boolean {
  return group === 'peer' || name === 'tedious-rows';
}

function part(table: TableResult | undefined, ours: string, peer: string): string {
  const find = (name: string): SubjectResult | undefined => (table === undefined ? undefined : subjectOf(table, name));
  const times = timesCpu(find(ours), find(peer));
  return times === undefined ? '' : partText(times);
}

/** 1/4.0 when the peer takes four times as much, 2.0 when it takes half. */
export function partText(timesOfPeer: number): string {
  return timesOfPeer >= 1 ? `1/${timesOfPeer.toFixed(1)}` : (1 / timesOfPeer).toFixed(1);
}
