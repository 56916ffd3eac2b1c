import { EventSourceMapping } from './fleet/event-source-mapping.ts';
import { Operator } from './fleet/operator.ts';
import { Scheduler } from './fleet/scheduler.ts';
import { Watchdog } from './fleet/watchdog.ts';
import { checkEnd } from './invariants/check-end.ts';
import { checkRows } from './invariants/check-rows.ts';
import { refusedTables } from './invariants/refused-tables.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { FaultKind } from './world/faults.ts';
import type { Violation } from './world/violation.ts';
import { WORLD_START_MS, World } from './world/world.ts';

export interface Simulation {
  readonly violation: Violation | undefined;
  readonly trace: readonly string[];
  /** Equal for equal traces. */
  readonly fingerprint: string;
  readonly events: number;
  readonly struck: ReadonlyMap<FaultKind, number>;
  /** How invocations and tables ended. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/** More than any scenario needs: what takes longer goes round in a circle. */
const MAX_EVENTS = 60_000;
const RECOVERY_ROUNDS = 3;
/** Between two looks of the watchdog. */
const WATCH_MS = 900_000;

/** Lives through a scenario to its very end and looks whether everything held that must. */
export async function simulate(scenario: Scenario): Promise<Simulation> {
  const world = new World(scenario);
  const mapping = new EventSourceMapping(world);
  const scheduler = new Scheduler(world);
  const operator = new Operator(world);
  for (const { scheduledMs, startsMs } of scenario.runs) {
    for (const startMs of startsMs) scheduler.start(WORLD_START_MS + scheduledMs, WORLD_START_MS + startMs);
  }
  for (const replayMs of scenario.replaysMs) operator.replay(WORLD_START_MS + replayMs);
  for (const change of scenario.stateChanges) operator.changeState({ ...change, atMs: WORLD_START_MS + change.atMs });
  for (const change of scenario.dataChanges) {
    world.loop.at(WORLD_START_MS + change.atMs, () => {
      world.trace.add('world', `changes ${change.table}: ${change.kind}`);
      world.database.happen(change);
      return false;
    });
  }
  let isQuiet = await world.loop.run(MAX_EVENTS);
  world.trace.add('world', 'the faults are over');
  world.faults.end();
  world.database.mend();
  for (let round = 0; isQuiet && round < RECOVERY_ROUNDS; round++) {
    for (const { scheduledMs } of round === 0 ? scenario.runs : []) {
      scheduler.start(WORLD_START_MS + scheduledMs, world.loop.nowMs);
    }
    for (const table of refusedTables(world)) operator.changeState({ table, atMs: world.loop.nowMs, by: 'reset' });
    if (world.deadLetters.messages.size > 0) operator.replay(world.loop.nowMs + 60_000);
    isQuiet = await world.loop.run(MAX_EVENTS);
  }
  if (isQuiet) {
    new Watchdog(world).look(world.loop.nowMs + WATCH_MS);
    isQuiet = await world.loop.run(MAX_EVENTS);
  }
  world.watch.require(isQuiet, 'message-ends', () => `After ${MAX_EVENTS} events messages still come and go.`);
  const ends = checkEnd(world, mapping.outcomes);
  checkRows(world);
  return {
    violation: world.watch.violation,
    trace: world.trace.lines,
    fingerprint: world.trace.fingerprint(),
    events: world.loop.taken,
    struck: world.faults.struck,
    outcomes: new Map([...mapping.outcomes, ...ends]),
  };
}
