import { READERS } from './readers.ts';

/** One reader, one table, one process: tells what it cost, the loading of modules left out. */
const [, , reader = '', table = '', rowCount = '', port = '', user = '', password = ''] = process.argv;

const sql = (rows: number): string => `SELECT TOP (${rows}) * FROM bench.${table}`;
const login = { port: Number(port), user, password };
const BLOCK_ROWS = 2_000;
await READERS[reader]!(login, sql(BLOCK_ROWS));
const before = process.cpuUsage();
const startedMs = performance.now();
const rows = await READERS[reader]!(login, sql(Number(rowCount)));
const { user: userMicros, system } = process.cpuUsage(before);

process.send?.({
  rows,
  cpuSeconds: (userMicros + system) / 1e6,
  wallSeconds: (performance.now() - startedMs) / 1000,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
});
process.disconnect?.();
