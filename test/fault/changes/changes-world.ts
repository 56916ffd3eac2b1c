import type { TableManifest } from '../../../shared/core/records.ts';
import { Chance } from '../../sim/world/chance.ts';
import type { SteeredDeadline, Waiting } from '../../support/working-queue.ts';
import { type ChangesRig, SOURCE } from './changes-rig.ts';
import { type Around, failingBy, meanwhile, nested } from './interrupted-ports.ts';
import type { ReadTable } from './landed-state.ts';
import { brokenRows, type LandedWindow, lateRows, passedOver, type StateRule } from './state-rule.ts';
import type { TableLog } from './table-log.ts';

const MINUTE_MS = 60_000;
/** Beyond the time after which a silent run has lost its table. */
const STALE_MS = 200 * MINUTE_MS;
const MAX_DELIVERIES = 400;

/** A table of a workload, as the world lands and checks it. */
export interface WatchedTable {
  readonly name: string;
  readonly rule: StateRule;
  readonly read: ReadTable;
  /** The place of an update key, and of a bound, among the others. */
  readonly place: (text: string) => bigint;
}

/** The database that changes while it lands. */
export interface ChangingDatabase<Table extends WatchedTable> {
  readonly logs: ReadonlyMap<Table, TableLog>;
  /** Something that a writer does. */
  step(): Promise<void>;
  /** Something that needs tables which nobody reads: they are emptied, or the server goes down and comes back. */
  upheaval(): Promise<void>;
  /** Lets the clock go on; transactions end that must have ended by then. */
  advance(ms: number): Promise<void>;
  /** The server goes down and comes back while it is read; nothing where that makes no sense. */
  restart(): Promise<void>;
  commitAll(): Promise<void>;
  /** How often what was done. */
  readonly deeds: Readonly<Record<string, number>>;
}

/** What came of it, so that a test can tell that something did. */
export interface Tally {
  runs: number;
  deliveries: number;
  interruptions: number;
  zombies: number;
  replays: number;
  checks: number;
  rows: number;
  /** Rows that a clock beyond the lag has cost. */
  passedOver: number;
  readonly fullBecause: Record<string, number>;
  /** What writers and operators of the database did. */
  deeds: Readonly<Record<string, number>>;
}

/** Runs that follow each other while the database changes, with everything that may go wrong, under one seed. */
export class ChangesWorld<Table extends WatchedTable> {
  readonly tally: Tally = {
    runs: 0,
    deliveries: 0,
    interruptions: 0,
    zombies: 0,
    replays: 0,
    checks: 0,
    rows: 0,
    passedOver: 0,
    fullBecause: {},
    deeds: {},
  };
  readonly #rig: ChangesRig;
  readonly #database: ChangingDatabase<Table>;
  readonly #chance: Chance;
  /** Messages that are kept back, to arrive after newer runs. */
  readonly #shelf: Waiting[] = [];
  /** By table, as of the last check: the run that readers saw, and that of the watermark. */
  readonly #lastRun = new Map<string, string>();
  readonly #lastState = new Map<string, string>();
  /** One writer's statement at a time. */
  #writing: Promise<void> = Promise.resolve();

  constructor(rig: ChangesRig, database: ChangingDatabase<Table>, seed: number) {
    this.#rig = rig;
    this.#database = database;
    this.#chance = new Chance(seed, 'world');
  }

  get #tables(): Table[] {
    return [...this.#database.logs.keys()];
  }

  /** One run of all tables, and the check of each. */
  async run(): Promise<void> {
    const chance = this.#chance;
    for (let steps = chance.between(2, 12); steps > 0; steps--) await this.#write();
    if (chance.chance(0.6)) await this.#alone(() => this.#database.upheaval());
    await this.#schedule(this.#tables);
    await this.#work(true);
    if (chance.chance(0.5)) await this.#replay();
    await this.check();
  }

  /** Lands what is left when nobody writes any more, with nothing in its way: every row must have come by then. */
  async settle(): Promise<void> {
    await this.#alone(() => this.#database.commitAll());
    await this.#replay();
    // The first run sees the newest keys, the second that they have settled.
    for (const isLast of [false, true]) {
      await this.#alone(() => this.#database.advance(45 * MINUTE_MS));
      await this.#schedule(this.#tables);
      await this.#work(false);
      await this.check(isLast);
    }
    this.tally.deeds = this.#database.deeds;
  }

  async #schedule(tables: readonly Table[]): Promise<void> {
    await this.#alone(() => this.#database.advance(this.#chance.between(1, 20) * MINUTE_MS));
    this.tally.runs += 1;
    await this.#rig.schedule(tables.map(({ name }) => name));
  }

  /** Takes messages until none waits; some are kept back for later. */
  async #work(isDisturbed: boolean): Promise<void> {
    const { waiting, deadLetters } = this.#rig.queue;
    for (let deliveries = 0; waiting.length > 0; deliveries++) {
      if (deliveries > MAX_DELIVERIES) throw new Error('the messages come to no end');
      const [next] = waiting.splice(this.#chance.between(0, waiting.length - 1), 1) as [Waiting];
      if (isDisturbed && this.#chance.chance(0.06)) this.#shelf.push({ ...next, attempt: 1 });
      else if (isDisturbed && this.#chance.chance(0.1))
        await Promise.all([this.#take(next, true), this.#take(next, true)]);
      else await this.#take(next, isDisturbed);
    }
    // An operator replays what has failed, some day.
    for (const { body } of deadLetters.splice(0)) {
      const message = { ...(JSON.parse(body) as object), chunk: 0, sequence: 0, hop: 0, idle: 0, resume: true };
      this.#shelf.push({ body: JSON.stringify(message), attempt: 1 });
    }
  }

  async #take(message: Waiting, isDisturbed: boolean): Promise<void> {
    this.tally.deliveries += 1;
    const around = isDisturbed ? this.#disturbance(message) : () => nested();
    const status = await this.#rig.deliver(message, { around });
    if (status !== 'back') return;
    this.tally.interruptions += 1;
    this.#rig.queue.waiting.push({ ...message, attempt: message.attempt + 1 });
  }

  #disturbance(message: Waiting): (deadline: SteeredDeadline) => Around {
    const chance = this.#chance;
    const failing = failingBy(chance, chance.pick([0, 0, 0.02, 0.04]));
    const wrapUpAt = chance.chance(0.2) ? chance.between(5, 30) : undefined;
    const zombieAt = chance.chance(0.03) ? chance.between(5, 30) : undefined;
    const restartAt = chance.chance(0.02) ? chance.between(5, 30) : undefined;
    let calls = 0;
    return (deadline) => {
      const happens = async () => {
        calls += 1;
        if (calls === wrapUpAt) deadline.wrapUp();
        if (calls === zombieAt) await this.#overtake(message);
        if (calls === restartAt) await this.#alone(() => this.#database.restart());
        if (chance.chance(0.04)) await this.#write();
      };
      return nested(meanwhile(happens), failing);
    };
  }

  /** The worker of a message is frozen until its run counts as dead, and the next run of its table comes and goes. */
  async #overtake({ body }: Waiting): Promise<void> {
    const name = tableOf(body);
    this.tally.zombies += 1;
    await this.#alone(() => this.#database.advance(STALE_MS));
    const others = this.#rig.queue.waiting.splice(0);
    await this.#schedule(this.#tables.filter((table) => table.name === name));
    await this.#work(false);
    this.#rig.queue.waiting.push(...others);
  }

  /** Messages of older runs arrive after all. */
  async #replay(): Promise<void> {
    this.tally.replays += this.#shelf.length;
    this.#rig.queue.waiting.push(...this.#shelf.splice(0));
    await this.#work(false);
  }

  async #write(): Promise<void> {
    await this.#alone(() => this.#database.step());
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  /** Holds what a reader sees of each table against its rule. @throws Error with every row that breaks it */
  async check(isSettled = false): Promise<void> {
    const broken: string[] = [];
    for (const table of this.#tables) {
      const found = await this.#checked(table, isSettled).catch((thrown: unknown) => [String(thrown)]);
      broken.push(...found.map((each) => `${table.name}: ${each}`));
    }
    if (broken.length > 0) throw new Error(`After run ${this.tally.runs}:\n${broken.slice(0, 20).join('\n')}`);
  }

  async #checked(table: Table, isSettled: boolean): Promise<string[]> {
    const latest = await this.#rig.ledger.readLatest(SOURCE, table.name);
    if (latest === undefined) return isSettled ? ['it never landed'] : [];
    const manifests = await Promise.all(latest.runs.map(({ run_id: runId }) => this.#manifest(table, runId)));
    const chain = manifests.map((manifest) => this.#windowOf(table, manifest));
    const rebuilt = await this.#rig.lake.rebuild(latest, table.read);
    const log = this.#database.logs.get(table)!;
    this.tally.checks += 1;
    this.tally.rows += rebuilt.size;
    if (table.rule.promised === 'covered') this.tally.passedOver += passedOver(log, rebuilt, chain).length;
    const before = this.#lastRun.get(table.name);
    this.#lastRun.set(table.name, latest.run_id);
    this.#note(manifests.at(-1)!, before !== latest.run_id);
    return [
      ...brokenRows(log, rebuilt, chain, table.rule),
      ...(isSettled && table.rule.isComplete ? lateRows(log, rebuilt) : []),
      ...brokenLinks(manifests),
      ...(await this.#brokenRecords(table, manifests.at(-1)!, before)),
    ];
  }

  async #manifest({ name }: Table, runId: string): Promise<TableManifest> {
    const manifest = await this.#rig.ledger.readManifest({ source: SOURCE, table: name, runId });
    if (manifest?.window === undefined) throw new Error(`run ${runId} has no manifest with a window`);
    return manifest;
  }

  #windowOf(table: Table, manifest: TableManifest): LandedWindow {
    const { kind, read_after: after, up_to: upTo } = manifest.window!;
    const place = (bound: string | null) => (bound === null ? null : table.place(bound));
    return {
      runId: manifest.run_id,
      isFull: kind === 'full',
      readAfter: place(after),
      upTo: place(upTo),
      takenAfter: this.#rig.takenAfter(manifest),
    };
  }

  #note({ window }: TableManifest, isNew: boolean): void {
    const because = window?.full_because ?? null;
    if (isNew && because !== null) this.tally.fullBecause[because] = (this.tally.fullBecause[because] ?? 0) + 1;
  }

  /**
   * Neither what readers see nor the watermark goes back, and both are of one run; but while a message of the table is
   * kept back, which may have been interrupted between the two, the watermark may be that of a run before.
   */
  async #brokenRecords(
    { name }: Table,
    { run_id: runId, window }: TableManifest,
    before: string | undefined,
  ): Promise<string[]> {
    const state = await this.#rig.ledger.readState(SOURCE, name);
    const stateRun = state?.run_id ?? '';
    const stateBefore = this.#lastState.get(name) ?? '';
    this.#lastState.set(name, stateRun);
    const watermark = window!.up_to ?? window!.watermark;
    const isKeptBack = this.#shelf.some(({ body }) => tableOf(body) === name);
    const wrong: string[] = [];
    if (before !== undefined && isBefore(runId, before)) wrong.push(`latest went back from ${before} to ${runId}`);
    if (isBefore(stateRun, stateBefore)) wrong.push(`the state went back from ${stateBefore} to ${stateRun}`);
    if (isBefore(runId, stateRun) || (!isKeptBack && stateRun !== runId))
      wrong.push(`latest is ${runId}, the state ${stateRun}`);
    if (stateRun === runId && state!.watermark !== watermark) wrong.push(`the watermark is ${state!.watermark}`);
    return wrong;
  }
}

/** Each run of changes goes on from the one before it. */
function brokenLinks(manifests: readonly TableManifest[]): string[] {
  return manifests.flatMap(({ run_id: runId, window }, at) => {
    const basedOn = manifests[at - 1]?.run_id ?? null;
    if (window!.based_on === basedOn) return [];
    return [`run ${runId} goes on from ${window!.based_on}, but stands behind ${basedOn}`];
  });
}

/** Without its Z the text of a run id sorts as its time does. */
function isBefore(runId: string, other: string): boolean {
  return runId.replace('Z', '') < other.replace('Z', '');
}

function tableOf(body: string): string {
  return (JSON.parse(body) as { table: string }).table;
}
