import { COMMITS_AFTER_MS } from '../database/sim-database.ts';
import { Chance } from '../world/chance.ts';
import type { FaultKind, PlannedFault } from '../world/faults.ts';
import type {
  DataChange,
  IncrementalScenario,
  RunScenario,
  Scenario,
  StateScenario,
  TableScenario,
} from './scenario.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What most runs take from their start to their end. */
const RUN_WORK_MS = 6_000;

/** So many scenarios have tables that land their changes; all others stay what they are without this. */
const SHARE = 0.35;

/** The same scenario, or one with incremental tables, more runs, and rows that change meanwhile. */
export function withIncrementalTables(scenario: Scenario): Scenario {
  const chance = new Chance(scenario.seed, 'incremental');
  if (!chance.chance(SHARE)) return scenario;
  const stepMs = chance.pick([2 * MINUTE_MS, HOUR_MS, 12 * HOUR_MS]);
  const runs = runsOf(stepMs, chance);
  const tables = scenario.tables.slice(0, 2).map((table, index): TableScenario => {
    if (index > 0 && chance.chance(0.3)) return table;
    return { ...table, incremental: incrementalOf(stepMs, chance) };
  });
  const names = tables.filter(({ incremental }) => incremental !== undefined).map(({ name }) => name);
  const momentOf = () => momentNear(runs, chance);
  const stateChanges = chance.chance(0.25) ? stateChangesOf(names, momentOf, chance) : [];
  const isCalm = scenario.faults.length === 0;
  return {
    ...scenario,
    tables,
    runs,
    faults: isCalm ? [] : [...scenario.faults, ...moreFaultsOf(chance), ...columnFaultsOf(stateChanges, chance)],
    dataChanges: names.flatMap((name) => dataChangesOf(name, momentOf, chance)),
    replaysMs: [...scenario.replaysMs, ...(chance.chance(0.5) ? [momentOf() + 2 * MINUTE_MS] : [])],
    stateChanges,
  };
}

function incrementalOf(stepMs: number, chance: Chance): IncrementalScenario {
  return {
    boundBy: chance.pick(['versions', 'values']),
    lookback: chance.pick([undefined, undefined, 3, 10]),
    fullRefreshEveryMs: chance.pick([undefined, undefined, undefined, stepMs, 2 * stepMs]),
    nulls: chance.pick(['include-once', 'include-once', 'skip']),
    nullEvery: chance.pick([undefined, undefined, 3]),
    schemaContract: chance.pick(['evolve', 'evolve', 'freeze']),
  };
}

/** As of other scenarios, yet more of them: a table's changes need a run before them. */
function runsOf(stepMs: number, chance: Chance): RunScenario[] {
  const count = chance.pick([2, 3, 4, 5]);
  if (chance.chance(0.25)) return tangledRuns(count, stepMs, chance);
  return Array.from({ length: count }, (_, index) => {
    const scheduledMs = index * stepMs;
    const firstMs = scheduledMs + (chance.chance(0.15) ? chance.between(1, 3) * stepMs + 50 : 0);
    const startsMs = chance.chance(0.15) ? [firstMs, firstMs + chance.pick([50, 5_000, 4 * HOUR_MS])] : [firstMs];
    return { scheduledMs, startsMs };
  });
}

/** All due by now, and started in any order: older ones begin, or are replayed, while newer ones are at work. */
function tangledRuns(count: number, stepMs: number, chance: Chance): RunScenario[] {
  const places = chance.shuffled(Array.from({ length: count }, (_, index) => index));
  return places.map((place, index) => ({
    scheduledMs: index * stepMs,
    startsMs: [count * stepMs + place * chance.pick([4_000, 2 * MINUTE_MS])],
  }));
}

/** Faults that part what a run does after its manifest, and runs that are replayed behind newer ones. */
const WORST: readonly FaultKind[] = [
  'crash-after',
  'freeze',
  'rows-changed',
  'connection-cut',
  's3-unavailable',
  's3-denied',
  's3-late-effect',
  'table-emptied',
  'schema-changed',
  'sqs-unavailable',
];

const MEETS_MANY_CALLS: ReadonlySet<FaultKind> = new Set(['crash-after', 'freeze', 's3-unavailable', 's3-denied']);

function moreFaultsOf(chance: Chance): PlannedFault[] {
  const kinds = chance.shuffled(WORST).slice(0, 2);
  const count = chance.pick([0, 3, 6, 10]);
  return Array.from({ length: count }, () => {
    const kind = chance.pick(kinds);
    return { kind, nth: chance.between(0, MEETS_MANY_CALLS.has(kind) ? 150 : 30) };
  });
}

/** A reset begins the columns of a table anew as well. */
function columnFaultsOf(stateChanges: readonly StateScenario[], chance: Chance): PlannedFault[] {
  if (stateChanges.length === 0) return [];
  return Array.from({ length: 3 }, () => ({ kind: 'schema-changed' as const, nth: chance.between(0, 15) }));
}

/** Most of the time near the beginning of some run's work, so as to meet it. */
function momentNear(runs: readonly RunScenario[], chance: Chance): number {
  const startsMs = runs.flatMap((run) => run.startsMs);
  if (chance.chance(0.6)) return chance.pick(startsMs) + chance.between(0, RUN_WORK_MS);
  return chance.between(0, Math.max(...startsMs));
}

function dataChangesOf(table: string, momentOf: () => number, chance: Chance): DataChange[] {
  const count = chance.pick([1, 2, 4, 8]);
  return Array.from({ length: count }, () => ({
    table,
    atMs: momentOf(),
    kind: chance.chance(0.9) ? ('rows' as const) : chance.pick(['emptied', 'restarted'] as const),
    commitAfterMs: chance.pick([...COMMITS_AFTER_MS, 12 * HOUR_MS]),
    oneVersion: chance.chance(0.3),
  }));
}

/** What an operator does one after the other, with second thoughts. */
const COMMANDS = [['set'], ['reset'], ['reset', 'set']] as const;
const COMMAND_MS = 10_000;

function stateChangesOf(tables: readonly string[], momentOf: () => number, chance: Chance): StateScenario[] {
  const count = chance.pick([1, 2, 3]);
  return Array.from({ length: count }, () => chance.pick(COMMANDS)).flatMap((commands) => {
    const [table, atMs] = [chance.pick(tables), momentOf()];
    return commands.map((by, index) => ({ table, atMs: atMs + index * COMMAND_MS, by }));
  });
}
