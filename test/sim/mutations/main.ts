import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { Invariant } from '../world/violation.ts';
import { makeMutant } from './mutant.ts';
import type { Mutation } from './mutation.ts';
import { CHANGES_MUTATIONS } from './of-changes.ts';
import { CHUNK_MUTATIONS } from './of-chunks.ts';
import { LANDING_MUTATIONS } from './of-landing.ts';
import { MESSAGE_MUTATIONS } from './of-messages.ts';

interface Caught {
  readonly seed: number | undefined;
  readonly invariant: Invariant | undefined;
  readonly seeds: number;
}

const FOLDER = join('.tmp', 'mutants');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string', default: '' },
  },
});

const all = [...LANDING_MUTATIONS, ...CHUNK_MUTATIONS, ...MESSAGE_MUTATIONS, ...CHANGES_MUTATIONS];
const chosen = all.filter(({ name }) => name.includes(values.only));
const results = await tryAll(chosen, Number(values.workers));
console.log(`\n${tableOf(results)}`);
const survivors = results.filter(({ caught }) => caught.seed === undefined);
console.log(`\n${results.length - survivors.length} of ${results.length} mutants were caught.`);
await rm(FOLDER, { recursive: true, force: true });
process.exitCode = survivors.length > 0 ? 1 : 0;

interface Tried {
  readonly mutation: Mutation;
  readonly caught: Caught;
}

async function tryAll(mutations: readonly Mutation[], workers: number): Promise<Tried[]> {
  const tried: Tried[] = [];
  const queue = [...mutations.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [number, mutation] = next;
      const caught = await hunt(mutation, join(FOLDER, String(number)));
      tried[number] = { mutation, caught };
      console.log(`${caught.seed === undefined ? 'SURVIVED' : `seed ${caught.seed}`}: ${mutation.name}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return tried;
}

async function hunt(mutation: Mutation, folder: string): Promise<Caught> {
  await makeMutant(mutation, folder);
  const script = join('test', 'sim', 'runner', 'until-failure.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '0', values.seeds], { cwd: folder });
  return JSON.parse(stdout) as Caught;
}

function tableOf(tried: readonly Tried[]): string {
  const rows = tried.map(({ mutation, caught }) => {
    const found = caught.seed === undefined ? 'not caught' : `seed ${caught.seed}: \`${caught.invariant}\``;
    return `| ${mutation.name} | \`${mutation.protects}\` | ${found} |`;
  });
  return ['| the mutant … | protects | caught by |', '|---|---|---|', ...rows].join('\n');
}
