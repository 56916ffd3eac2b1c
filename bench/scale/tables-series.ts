import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { watchProgram } from '../land/measure/watched-program.ts';
import type { BenchSource } from '../land/sources/login.ts';
import { fillPostgres } from '../land/sources/postgres-tables.ts';
import { openStage, type Stage } from '../land/stage.ts';
import { tableNamed } from '../land/tables.ts';
import { inRounds, pointOf } from './landing-point.ts';
import type { Point, SeriesPlan } from './series.ts';

const TABLE_ROWS = 100;
const RUN_TIMEOUT_MS = 4 * 3_600_000;
const LANDFALL = join(import.meta.dirname, '../../cli/bin.mjs');

/** Of tables that are at work at the same time. */
const MAX_CONCURRENCY = 4;

/**
 * `landfall run --local` with more and more tables of 100 rows from one PostgreSQL: what a table costs beside its rows.
 * The process has the emulated queues and the S3 endpoint in it, besides scheduler and extractors.
 */
export async function tablesSeries({ sizes, rounds, onPoint }: SeriesPlan): Promise<Point[]> {
  const stage = await openStage(['postgres'], TABLE_ROWS);
  const points: Point[] = [];
  try {
    await fillPostgres(stage.sources.postgres!, tableNamed('narrow'), TABLE_ROWS);
    for (const tables of sizes) {
      const runs = await inRounds(
        rounds,
        () => landTables(stage, tables),
        ({ wallSeconds }) => wallSeconds,
      );
      points.push(pointOf(tables, runs));
      onPoint(points.at(-1)!);
    }
  } finally {
    await stage.close();
  }
  return points;
}

async function landTables({ folder, sources }: Stage, tables: number) {
  const configPath = join(folder, 'landfall.yaml');
  const outFolder = join(folder, 'landed');
  writeFileSync(configPath, stringify(configOf(tables)));
  const words = [process.execPath, LANDFALL, 'run', '--local', outFolder, '--config', configPath, '--json'];
  try {
    const { said, complained, ...measured } = await watchProgram(
      words,
      environmentOf(sources.postgres!, folder),
      RUN_TIMEOUT_MS,
    );
    const landed = (JSON.parse(said) as { tables: { status: string }[] }).tables.filter(
      ({ status }) => status === 'landed',
    );
    if (landed.length !== tables) throw new Error(`${landed.length} of ${tables} tables landed: ${complained}`);
    return { ...measured, rows: tables * TABLE_ROWS };
  } finally {
    rmSync(outFolder, { recursive: true, force: true });
  }
}

function configOf(tables: number) {
  const names = Array.from({ length: tables }, (_, place) => `t${place + 1}`);
  return {
    version: 1,
    target: { bucket: 'bench-bucket', prefix: '' },
    sources: {
      bench: {
        dialect: 'postgres',
        secret: 'env:BENCH_DATABASE',
        ssl: { mode: 'disable' },
        schedule: 'rate(1 day)',
        max_concurrency: MAX_CONCURRENCY,
        tables: Object.fromEntries(names.map((name) => [name, { sql: 'SELECT * FROM bench.narrow' }])),
      },
    },
  };
}

function environmentOf({ user, password, host, port, database }: BenchSource, home: string): Record<string, string> {
  const secret = { username: user, password, host, port, dbname: database };
  return { BENCH_DATABASE: JSON.stringify(secret), HOME: home };
}
