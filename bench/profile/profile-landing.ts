import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readyNode } from '../land/measure/measure-node.ts';
import { fillPostgres } from '../land/sources/postgres-tables.ts';
import { openStage } from '../land/stage.ts';
import { rowsOf } from '../land/tables.ts';
import type { BenchOptions } from '../options.ts';
import { type CpuProfile, functionsText, topFunctions } from './top-functions.ts';

const FUNCTIONS = 25;
const INTERVAL_MICROS = 500;

/**
 * Writes a .cpuprofile for each thread of the first subject, of the first table and dialect that were asked for, and prints
 * what takes the time while it lands. What native code does on other threads (zlib, collecting garbage) is in no profile.
 */
export async function profileLanding({
  dialects,
  tables,
  subjects,
  rows,
  outFolder,
  cpus,
}: BenchOptions): Promise<void> {
  const [dialect, table, subject] = [dialects[0]!, tables[0]!, subjects[0]!];
  const folder = resolve(outFolder, 'profile', `${dialect}-${table.name}-${subject.name}`);
  mkdirSync(folder, { recursive: true });
  const known = new Set(profilesIn(folder));
  let fromMicros = 0;
  const stage = await openStage([dialect], rows);
  try {
    const job = { source: stage.sources[dialect]!, table: table.name, rows: rowsOf(table, rows), s3: stage.s3 };
    if (dialect === 'postgres') await fillPostgres(job.source, table, job.rows);
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROS}`];
    const keys = { key: 'profile/rows', warmKey: 'profile/warm' };
    const ready = await readyNode({ subject: subject.name, job, ...keys }, { cpus, nodeFlags: flags });
    fromMicros = Number(process.hrtime.bigint() / 1000n);
    const cost = await ready.land();
    await ready.end();
    console.log(`${subject.title}: ${job.rows.toLocaleString('en')} rows, ${cost.cpuSeconds.toFixed(2)} CPU s\n`);
  } finally {
    await stage.close();
  }
  for (const name of profilesIn(folder).filter((each) => !known.has(each))) {
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
    console.log(`${join(folder, name)}\n${functionsText(topFunctions(profile, FUNCTIONS, fromMicros))}`);
  }
}

function profilesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
}
