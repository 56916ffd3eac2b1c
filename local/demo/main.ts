import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import pg from 'pg';
import { clearLeftovers, makeDemoFolder } from '../postgres/demo-folder.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { landfall } from './landfall-command.ts';
import { freshOutFolder } from './out-folder.ts';
import { readBack } from './read-back.ts';
import { commandShown, heading, indented, print } from './screen.ts';
import { FAILING_TABLE, shopConfig } from './shop/config.ts';
import { createShop, shopTables } from './shop/shop.ts';

const FOLDER_PREFIX = 'landfall-demo-';
const BUCKET = 'lake';
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:landfall-alerts';

interface Demo {
  readonly client: pg.Client;
  readonly configPath: string;
  readonly secretPath: string;
  readonly outFolder: string;
  readonly signal: AbortSignal;
}

/** From nothing to a landed database, a failure, its email, its replay and a second look with DuckDB. */
async function main(): Promise<number> {
  const startedAtMs = Date.now();
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  await clearLeftovers(FOLDER_PREFIX);
  const folder = makeDemoFolder(FOLDER_PREFIX);
  const cleanUp: (() => Promise<unknown> | undefined)[] = [];
  try {
    const demo = await prepare(folder, cleanUp, interrupted.signal);
    await landAll(demo);
    showMail(demo);
    await mendAndReplay(demo);
    const differences = await compare(demo);
    print(
      `\nDone in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s. The files stay in ${relative('.', demo.outFolder)}/`,
    );
    return differences === 0 ? 0 : 1;
  } catch (thrown) {
    if (interrupted.signal.aborted) return 130;
    throw thrown;
  } finally {
    for (const clean of cleanUp.reverse()) await clean();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(
  folder: string,
  cleanUp: (() => Promise<unknown> | undefined)[],
  signal: AbortSignal,
): Promise<Demo> {
  heading(1, 'A PostgreSQL database with a shop in it');
  const databaseFolder = join(folder, 'postgres');
  mkdirSync(databaseFolder, { mode: 0o711 });
  const database = await startEmbeddedPostgres({ folder: databaseFolder, database: 'shop' });
  cleanUp.push(() => database.stop());
  const client = new pg.Client(database);
  await client.connect();
  cleanUp.push(() => client.end());
  await createShop((sql) => client.query(sql));
  signal.throwIfAborted();
  const { user: username, password, host, port } = database;
  const secretPath = join(folder, 'secret.json');
  writeFileSync(secretPath, JSON.stringify({ username, password, host, port, dbname: 'shop', engine: 'postgres' }), {
    mode: 0o600,
  });
  const outFolder = freshOutFolder('landed');
  const configPath = join(outFolder, 'landfall.yaml');
  const demo = { client, configPath, secretPath, outFolder, signal };
  writeConfig(demo, true);
  const { rows } = await client.query<{ total: string }>(
    "SELECT sum(n_live_tup)::text AS total FROM pg_stat_user_tables WHERE schemaname IN ('shop', 'warehouse')",
  );
  print(
    `PostgreSQL 18 on port ${port}: ${shopTables().length} tables, about ${Number(rows[0]?.total).toLocaleString('en-US')} rows.`,
  );
  return demo;
}

function writeConfig(demo: Demo, broken: boolean): void {
  const settings = { bucket: BUCKET, topicArn: TOPIC_ARN, secret: `file:${demo.secretPath}`, broken };
  writeFileSync(demo.configPath, shopConfig(settings));
}

async function landAll(demo: Demo): Promise<void> {
  heading(2, 'Land every table; one query has a misspelt column');
  const words = ['local', 'run', '--config', demo.configPath, '--out', demo.outFolder];
  commandShown(words);
  await landfall(words, demo.signal);
}

function showMail(demo: Demo): void {
  heading(3, 'The email that the on-call team got');
  const folder = join(demo.outFolder, '.landfall', 'mail');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (text.includes(FAILING_TABLE) && text.includes('did not land (')) indented(text);
  }
}

async function mendAndReplay(demo: Demo): Promise<void> {
  heading(4, 'Mend the query, then replay the one table that failed');
  writeConfig(demo, false);
  const where = ['--config', demo.configPath, '--local', demo.outFolder];
  const words = ['replay', ...where, '--table', FAILING_TABLE];
  commandShown(words);
  await landfall(words, demo.signal);
}

/** Prints the source's counts beside what DuckDB reads from the landed files; returns how many differ. */
async function compare(demo: Demo): Promise<number> {
  heading(5, 'Read every landed file back with DuckDB');
  const landed = await readBack(demo.outFolder, BUCKET);
  print(`${'table'.padEnd(34)}${'format'.padEnd(9)}${'source'.padStart(12)}${'landed'.padStart(12)}`);
  let differences = 0;
  for (const { table, format, landedRows } of landed) {
    const sourceRows = await sourceCount(demo, table);
    const same = sourceRows === undefined || sourceRows === landedRows;
    if (!same) differences += 1;
    const shown = sourceRows === undefined ? '(query)' : sourceRows.toLocaleString('en-US');
    const mark = same ? '' : '  DIFFERS';
    print(
      `${table.padEnd(34)}${format.padEnd(9)}${shown.padStart(12)}${landedRows.toLocaleString('en-US').padStart(12)}${mark}`,
    );
  }
  return differences;
}

async function sourceCount(demo: Demo, name: string): Promise<number | undefined> {
  const known = shopTables().find(({ schema, table }) => `${schema}.${table}` === name);
  if (known === undefined) return undefined;
  const { rows } = await demo.client.query<{ count: string }>(
    `SELECT count(*) FROM ${pg.escapeIdentifier(known.schema)}.${pg.escapeIdentifier(known.table)}`,
  );
  return Number(rows[0]?.count);
}

process.exitCode = await main();
