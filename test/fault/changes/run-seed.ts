import type { Source } from '../../../shared/source/source.ts';
import { Chance } from '../../sim/world/chance.ts';
import { type ChangedTable, MINUTE_MS } from './changed-table.ts';
import { ChangesRig } from './changes-rig.ts';
import { ChangesWorld, type Tally } from './changes-world.ts';
import { CommitCount } from './table-log.ts';
import { Writers, type WrittenDatabase } from './writers.ts';

/** The staged time begins long ago, so that the server's own clock is ahead of all of it. */
const START_AGO_MS = 90 * 24 * 60 * MINUTE_MS;
const LAST_LINES = 12;

export interface SeedRun {
  readonly seed: number;
  /** Runs while others write; a few more follow when nobody does. */
  readonly runs: number;
}

export interface SeedPlace {
  /** Of the configuration, without its tables. */
  readonly source: object;
  readonly connect: () => Source;
  readonly tables: readonly ChangedTable[];
  readonly database: WrittenDatabase;
}

/**
 * Lets writers change the tables of a database while run after run lands them.
 * @throws Error for the first run whose state is not what its rule wants, with the last lines of the flow's log
 */
export async function runSeed({ seed, runs }: SeedRun, place: SeedPlace): Promise<Tally> {
  const { tables, database } = place;
  const commits = new CommitCount();
  const rig = await ChangesRig.start({
    ...place,
    tables: new Map(tables.map((table) => [table.name, table])),
    commits,
    startMs: Date.now() - START_AGO_MS,
  });
  const writers = new Writers(database, tables, new Chance(seed, 'writers'), rig.clock, commits);
  const world = new ChangesWorld(rig, writers, seed);
  try {
    await writers.create();
    for (let run = 0; run < runs; run++) await world.run();
    await world.settle();
    await writers.assertLogged();
    return world.tally;
  } catch (thrown) {
    const lines = rig.lines.slice(-LAST_LINES).join('\n');
    throw new Error(`Seed ${seed} fails. ${String(thrown)}\n${lines}`, { cause: thrown });
  } finally {
    await writers.close();
    await rig.close();
  }
}
