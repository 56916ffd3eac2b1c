import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CODE_FILE } from './build-bundle.ts';

const RUNS = 9;
/** A file of its own, as a program given to Node on the command line has more globals than a function in Lambda. */
const PROGRAM_FILE = 'measure.mjs';
const PROGRAM = `
const startedAt = performance.now();
const before = process.cpuUsage();
const { handler } = await import('./${CODE_FILE}');
const { user, system } = process.cpuUsage(before);
if (typeof handler !== 'function') throw new Error('the bundle exports no handler');
console.log(JSON.stringify({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 }));
process.exit(0);`;

interface ImportTime {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Medians of fresh processes, in milliseconds. */
export interface ImportTimes {
  readonly coldMs: number;
  /** Of a processor; on a busy machine closer to the truth than what a clock says. */
  readonly coldCpuMs: number;
  /** With what V8 compiled in an earlier process (NODE_COMPILE_CACHE), which Lambda does not keep. */
  readonly cachedMs: number;
}

/** How long a fresh process takes to load a function's module, on this machine as it is at the moment. */
export async function measureImport(files: ReadonlyMap<string, Uint8Array>, runs: number = RUNS): Promise<ImportTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-bundle-'));
  try {
    for (const [path, contents] of files) await writeFile(join(folder, path), contents);
    const program = join(folder, PROGRAM_FILE);
    await writeFile(program, PROGRAM);
    const cold = await importTimes(runs, program, {});
    const cache = { NODE_COMPILE_CACHE: join(folder, 'cache') };
    await importTimes(1, program, cache);
    const cached = await importTimes(runs, program, cache);
    return {
      coldMs: median(cold.map(({ ms }) => ms)),
      coldCpuMs: median(cold.map(({ cpuMs }) => cpuMs)),
      cachedMs: median(cached.map(({ ms }) => ms)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function importTimes(
  runs: number,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<ImportTime[]> {
  const times: ImportTime[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    times.push(JSON.parse(stdout) as ImportTime);
  }
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
