import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nextMessage, startForked } from '../land/measure/forked.ts';
import { median } from '../result/statistics.ts';
import { READERS } from './readers.ts';
import { TABLES } from './tables.ts';

/**
 * Decoding alone: Landfall and tedious' own row events read the same rows from the same server over the same kind of
 * socket, in turns. Prints medians; see docs/performance.md.
 */
interface Cost {
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakRssBytes: number;
}

const RUN_TIMEOUT_MS = 120_000;
const MIB = 1024 * 1024;

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const login = ['bench', randomUUID()];

async function measure(port: number, reader: string, table: string, rowCount: number): Promise<Cost> {
  const words = [reader, table, String(rowCount), String(port), ...login];
  const child = startForked(join(import.meta.dirname, 'read.ts'), { words });
  const cost = await nextMessage<Cost>(child, RUN_TIMEOUT_MS);
  if (cost.rows !== rowCount) throw new Error(`${reader} read ${cost.rows} of ${rowCount} rows`);
  return cost;
}

function line(...cells: readonly (string | number)[]): void {
  const [reader, ...rest] = cells;
  console.log(`  ${String(reader).padEnd(10)}${rest.map((cell) => String(cell).padStart(13)).join('')}`);
}

async function compare(port: number, table: string): Promise<void> {
  const costs = new Map<string, Cost[]>(Object.keys(READERS).map((reader) => [reader, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [reader, noted] of costs) noted.push(await measure(port, reader, table, rows));
  }
  const cpuOf = (reader: string): number => median(costs.get(reader)!.map(({ cpuSeconds }) => cpuSeconds));
  console.log(`\n${table}: ${TABLES[table]!.columns.length} columns, ${rows.toLocaleString('en')} rows`);
  line('', 'CPU s', 'range', 'wall s', 'peak RSS MiB', 'of tedious');
  for (const [reader, noted] of costs) {
    const cpu = noted.map(({ cpuSeconds }) => cpuSeconds);
    const range = `${Math.min(...cpu).toFixed(2)}-${Math.max(...cpu).toFixed(2)}`;
    const wall = median(noted.map(({ wallSeconds }) => wallSeconds)).toFixed(2);
    const rss = Math.round(median(noted.map(({ peakRssBytes }) => peakRssBytes)) / MIB);
    line(reader, cpuOf(reader).toFixed(2), range, wall, rss, (cpuOf(reader) / cpuOf('tedious')).toFixed(3));
  }
  const fifth = await measure(port, 'landfall', table, rows / 5);
  console.log(`  landfall's peak with a fifth of the rows: ${Math.round(fifth.peakRssBytes / MIB)} MiB`);
}

const server = fork(join(import.meta.dirname, 'server.ts'), login);
try {
  const port = await nextMessage<number>(server, RUN_TIMEOUT_MS);
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}; medians of ${rounds} rounds in turns`);
  for (const table of Object.keys(TABLES)) await compare(port, table);
} finally {
  server.disconnect();
}
