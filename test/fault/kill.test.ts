import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalFleet } from '../../local/fleet/fleet.ts';
import type { RunPlan, TableManifest } from '../../shared/core/records.ts';
import { duckRow } from '../support/duckdb.ts';
import { documentOf, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { mulberry32 } from '../support/seeded-random.ts';

/** Rows of the tables, which never change while the test runs. */
const ROWS: Readonly<Record<string, number>> = { 'public.a': 60_000, 'public.b': 100_000, 'public.c': 200_000 };
const KILLS = 4;
const SEED = Number(process.env.LANDFALL_TEST_SEED ?? Date.now() % 1_000_000);

let server: TestPostgres;
let place: Workplace;
let random = mulberry32(SEED);

beforeAll(async () => {
  server = await startTestPostgres();
  for (const [table, rows] of Object.entries(ROWS)) {
    await server.query(
      `create table ${table} as select n as id, 'name ' || n as name from generate_series(1, ${rows}) n`,
    );
  }
  place = new Workplace();
  place.writeSecret(server);
  const [a, b, c] = Object.keys(ROWS) as [string, string, string];
  // What a killed run left goes on beside the next run, which would give way to it.
  const overlap = 'queue';
  place.writeConfig({ [a]: { format: 'csv', compression: 'gzip', overlap }, [b]: { overlap }, [c]: { overlap } });
});
afterAll(async () => {
  await server?.close();
  place?.remove();
});

const lake = (...steps: string[]) => place.pathOf(join(...steps));

interface Part {
  readonly table: string;
  readonly runId: string;
  readonly path: string;
}

/** Every object that a reader of the lake would find, but the markers. */
function visibleParts(): Part[] {
  if (!existsSync(lake('shop'))) return [];
  return readdirSync(lake('shop'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '_SUCCESS')
    .map((entry) => {
      const [schema, table, run] = entry.parentPath.split('/').slice(-3) as [string, string, string];
      return {
        table: `${schema}.${table}`,
        runId: run.replace('run_id=', ''),
        path: join(entry.parentPath, entry.name),
      };
    });
}

const checked = new Set<string>();

/** Objects never change once they are visible, so each is read once. */
async function expectWholeParts(): Promise<void> {
  for (const { table, path } of visibleParts()) {
    if (checked.has(path)) continue;
    expect([path, await duckRow(`select count(*)::int as n, count(distinct id)::int as ids from '${path}'`)]).toEqual([
      path,
      { n: ROWS[table], ids: ROWS[table] },
    ]);
    checked.add(path);
  }
}

function record<T>(...steps: string[]): T | undefined {
  const path = lake('_landfall', ...steps);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined;
}

/** Every table that any run here planned has landed, with one part that its manifest names, and nothing else is there. */
function expectEveryRunEnded(): void {
  const runIds = readdirSync(lake('_landfall/runs/shop'));
  const expected = new Set<string>();
  for (const runId of runIds) {
    const plan = record<RunPlan>('runs/shop', runId, 'plan.json');
    for (const { table } of plan?.tables ?? []) {
      const manifest = record<TableManifest>('runs/shop', runId, 'manifests', `${table}.json`);
      expect([runId, table, manifest?.status, manifest?.rows]).toEqual([runId, table, 'landed', ROWS[table]]);
      expect(manifest!.parts).toHaveLength(1);
      expect(existsSync(lake(manifest!.folder, '_SUCCESS'))).toBe(true);
      expected.add(lake(manifest!.parts[0]!.key));
    }
  }
  expect(new Set(visibleParts().map(({ path }) => path))).toEqual(expected);
}

async function killAfter(delayMs: number): Promise<void> {
  const command = startLandfall(place.runWords());
  await Promise.race([setTimeout(delayMs), command.ended]);
  command.kill('SIGKILL');
  await command.ended;
}

async function runToTheEnd(): Promise<number> {
  const startedAtMs = Date.now();
  const report = documentOf(await startLandfall(place.runWords('--json')).ended);
  const tables = report.tables.map(({ table, status, rows }) => [table, status, rows]);
  expect(tables).toEqual(Object.entries(ROWS).map(([table, rows]) => [table, 'landed', rows]));
  return Date.now() - startedAtMs;
}

function startFleet() {
  return startLocalFleet({
    configPath: place.config,
    outPath: place.out,
    environment: {},
    replayCommand: '',
    maxExtractors: 4,
    onProgress: () => undefined,
  });
}

async function expectEmptyQueues(): Promise<void> {
  const fleet = await startFleet();
  try {
    const { queueUrl, deadLetterQueueUrl } = fleet.queues.get('shop')!;
    for (const QueueUrl of [queueUrl, deadLetterQueueUrl]) {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const { Attributes: depth } = await fleet.sqs.send(command);
      expect([QueueUrl, depth!.ApproximateNumberOfMessages, depth!.ApproximateNumberOfMessagesNotVisible]).toEqual([
        QueueUrl,
        '0',
        '0',
      ]);
    }
  } finally {
    await fleet.stop();
  }
}

describe('a local run that is killed', () => {
  it('at any moment shows whole parts only, and what it left goes on in the next run', async () => {
    random = mulberry32(SEED);
    const wholeMs = await runToTheEnd();
    const delays: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // A third of the kills meets the start, when folders, queues and the plan are made.
      const share = kill % 3 === 0 ? 0.1 + 0.3 * random() : 0.3 + 0.7 * random();
      delays.push(Math.round(wholeMs * share));
      try {
        await killAfter(delays.at(-1)!);
        await expectWholeParts();
        await runToTheEnd();
        await expectWholeParts();
        expectEveryRunEnded();
      } catch (cause) {
        throw new Error(`killed after ${delays.join(', ')} ms; LANDFALL_TEST_SEED=${SEED}`, { cause });
      }
    }
    await expectEmptyQueues();
    process.stderr.write(`killed after ${delays.join(', ')} of ${wholeMs} ms; LANDFALL_TEST_SEED=${SEED}\n`);
  }, 600_000);

  it('between its plan and its messages is sent by the next run', async () => {
    const fleet = await startFleet();
    const last = readdirSync(lake('_landfall/runs/shop')).toSorted().at(-1);
    const plan = record<RunPlan>('runs/shop', last!, 'plan.json')!;
    const runId = '20200101T030000Z';
    const tables = plan.tables.map((table) => ({ ...table, folder: table.folder.replace(last!, runId) }));
    await fleet.ledger.createPlan({ ...plan, tables, run_id: runId, scheduled_time: '2020-01-01T03:00:00.000Z' });
    await fleet.stop();
    await runToTheEnd();
    expectEveryRunEnded();
    const manifest = record<TableManifest>('runs/shop', runId, 'manifests/public.b.json')!;
    expect(manifest).toMatchObject({ status: 'landed', rows: ROWS['public.b'] });
    // It landed after newer runs, and is not the latest for it.
    expect(record('latest/shop/public.b.json')).not.toMatchObject({ run_id: runId });
  });
});
