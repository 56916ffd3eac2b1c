import { COLLATIONS } from '../database/collation.ts';
import { newKey } from '../database/sim-database.ts';
import { Chance } from '../world/chance.ts';
import { CALL_FAULTS, FAULT_KINDS, type FaultKind, type PlannedFault } from '../world/faults.ts';
import { withIncrementalTables } from './incremental-of.ts';
import type { RunScenario, Scenario, TableScenario } from './scenario.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** No batch comes within one invocation. */
const NEVER_IN_TIME_MS = 1_000_000;

/** The scenario of a seed. One in ten has no fault at all, some have one, the others weather of all strengths. */
export function scenarioOf(seed: number): Scenario {
  const chance = new Chance(seed, 'scenario');
  const tableCount = chance.pick([1, 1, 1, 2, 2, 3]);
  return withIncrementalTables({
    seed,
    tables: Array.from({ length: tableCount }, (_, index) => tableOf(`table_${index + 1}`, chance)),
    runs: runsOf(chance),
    maxConcurrency: chance.pick([2, 2, 3, 5]),
    sliceBytes: chance.pick([100, 400, 8_388_608]),
    alertsOn: chance.pick(['failure', 'always']),
    replaysMs: Array.from({ length: chance.pick([0, 0, 1, 3]) }, () => chance.between(1, 300) * MINUTE_MS),
    faults: faultsOf(chance),
    dataChanges: [],
    stateChanges: [],
  });
}

function tableOf(name: string, chance: Chance): TableScenario {
  const keyFrom = chance.pick(['catalog', 'catalog', 'catalog', 'configuration', 'none'] as const);
  const isCustomSql = keyFrom !== 'catalog' && chance.chance(0.4);
  const columnCount = chance.pick([1, 1, 1, 2]);
  const collations = Array.from({ length: columnCount }, () => chance.pick(COLLATIONS));
  const rowCount = chance.pick([0, 1, 2, 5, 8, 13, 20, 30]);
  return {
    name,
    collations,
    keys: Array.from({ length: rowCount }, (_, serial) => newKey(collations, serial, chance)),
    keyFrom,
    isCustomSql,
    consistency: chance.pick(['snapshot', 'statement']),
    batchRows: chance.between(1, 7),
    batchMs: chance.chance(0.02) ? NEVER_IN_TIME_MS : chance.pick([5, 5, 5, 1_000, 200_000]),
    format: chance.pick(['csv', 'jsonl']),
    onEmpty: chance.pick(['skip', 'skip', 'write']),
    fileMaxRows: chance.pick([undefined, undefined, 1, 3, 7, 12]),
    fileMaxBytes: chance.pick([1, 200, 1_000_000, 1_000_000]),
    chunks: chance.pick([undefined, undefined, undefined, { count: 2 }, { count: 4 }, { rows: 6 }, { rows: 15 }]),
    overlap: chance.pick(['skip', 'queue']),
    sharesFolder: chance.chance(0.2),
    incremental: undefined,
  };
}

/** Starts of a run: at its time, at times twice, at times hours late, so that older runs come after newer ones. */
function runsOf(chance: Chance): RunScenario[] {
  const count = chance.pick([1, 1, 1, 2, 3]);
  const stepMs = chance.pick([2 * MINUTE_MS, HOUR_MS, 12 * HOUR_MS]);
  return Array.from({ length: count }, (_, index) => {
    const scheduledMs = index * stepMs;
    const firstMs = scheduledMs + (chance.chance(0.2) ? chance.between(1, 30) * HOUR_MS : 0);
    const startsMs = chance.chance(0.2) ? [firstMs, firstMs + chance.pick([0, 50, 5_000, 4 * HOUR_MS])] : [firstMs];
    return { scheduledMs, startsMs };
  });
}

function faultsOf(chance: Chance): PlannedFault[] {
  const count = chance.pick([0, 1, 1, 2, 3, 5, 8, 13, 25]);
  const kinds = kindsOf(chance);
  const faults = Array.from({ length: count }, () => faultOf(chance.pick(kinds), chance));
  const storm = chance.chance(0.05) ? stormOf(chance.pick(CALL_FAULTS), chance) : [];
  return [...faults, ...storm];
}

/** Faults that are worst together: attempts at the same time that see different rows. */
const RIVALRIES: readonly (readonly FaultKind[])[] = [
  ['delivered-twice', 'table-emptied', 'rows-changed'],
  ['delivered-twice', 'freeze', 'rows-changed', 'table-emptied'],
  ['delivered-twice', 's3-late-effect', 'table-emptied'],
];

function kindsOf(chance: Chance): readonly FaultKind[] {
  if (chance.chance(0.35)) return FAULT_KINDS;
  return chance.chance(0.3) ? chance.pick(RIVALRIES) : chance.shuffled(FAULT_KINDS).slice(0, chance.between(1, 4));
}

/** Early calls are the likeliest; most kinds meet few of them. */
function faultOf(kind: FaultKind, chance: Chance): PlannedFault {
  const within = placesOf(kind);
  return { kind, nth: chance.between(0, chance.pick(within)) };
}

function placesOf(kind: FaultKind): readonly number[] {
  if (kind === 'replay-crash') return [0, 1, 3];
  return kind === 'crash-before' || kind === 'crash-after' || kind === 'freeze' ? [10, 40, 150, 400] : [2, 5, 20, 60];
}

/** One kind strikes every call for a while. */
function stormOf(kind: FaultKind, chance: Chance): PlannedFault[] {
  const first = chance.between(0, 10);
  return Array.from({ length: chance.between(5, 60) }, (_, index) => ({ kind, nth: first + index }));
}
