import type { Chance } from '../../sim/world/chance.ts';
import type { ChangedTable } from './changed-table.ts';
import type { StagedClock } from './changes-rig.ts';
import { OpenTransaction, type WriterSession } from './open-transaction.ts';
import { randomPayload } from './random-rows.ts';
import { type CommitCount, type RowVersion, TableLog } from './table-log.ts';
import { WriterKeys } from './writer-keys.ts';

const MAX_OPEN = 3;
/** Rows of a table at the most: the more there are, the more are deleted. */
const MANY_ROWS = 30;

/** What differs between the databases. */
export interface WrittenDatabase {
  begin(): Promise<WriterSession>;
  /** As committed. */
  rows(table: ChangedTable, ids: readonly string[] | 'all'): Promise<Map<string, Omit<RowVersion, 'commit'>>>;
  /** Runs outside of any transaction. */
  run(sql: string): Promise<void>;
  literal(text: string | null): string;
  /** Digits behind the second of a moment. */
  readonly fractionDigits: number;
  /** The next number of a table's sequence, as a query. */
  nextNumber(table: ChangedTable): string;
  truncateSql(table: ChangedTable): string;
  /** Other things that befall a table that nobody is at work on; the table's rows stay as they are. */
  readonly befall?: (table: ChangedTable, chance: Chance) => Promise<void>;
  readonly restart?: (() => Promise<void>) | undefined;
}

/**
 * Writers on several connections. One statement is made at a time, so that the order of all commits is known; what is
 * concurrent is their transactions, some of which stay open while runs come and go.
 */
export class Writers {
  readonly logs: ReadonlyMap<ChangedTable, TableLog>;
  readonly #database: WrittenDatabase;
  readonly #chance: Chance;
  readonly #clock: StagedClock;
  readonly #commits: CommitCount;
  readonly #keys: WriterKeys;
  readonly #open = new Set<OpenTransaction>();
  #nextId = 1;
  readonly deeds = { commits: 0, rollbacks: 0, keptOpen: 0, prepared: 0, truncated: 0, befallen: 0, restarts: 0 };

  constructor(
    database: WrittenDatabase,
    tables: readonly ChangedTable[],
    chance: Chance,
    clock: StagedClock,
    commits: CommitCount,
  ) {
    this.#database = database;
    this.logs = new Map(tables.map((table) => [table, new TableLog()]));
    this.#chance = chance;
    this.#clock = clock;
    this.#commits = commits;
    this.#keys = new WriterKeys(chance, clock);
  }

  async create(): Promise<void> {
    for (const { create } of this.logs.keys()) for (const sql of create) await this.#database.run(sql);
  }

  /** Something that a writer does. */
  async step(): Promise<void> {
    const going = [...this.#open].filter(({ isPrepared }) => !isPrepared);
    const choice = this.#chance.next();
    if (choice < 0.45 || (this.#open.size < MAX_OPEN && choice < 0.6)) {
      const begun = await this.#begin();
      if (choice < 0.45 || this.#chance.chance(0.3)) await this.#changeSome(begun);
      if (choice < 0.45) await this.#commit(begun);
      return;
    }
    if (this.#open.size === 0) return;
    if (choice < 0.86 && going.length > 0) return await this.#changeSome(this.#chance.pick(going));
    if (choice < 0.9 && going.length > 0) return await this.#prepare(this.#chance.pick(going));
    const ending = this.#chance.pick([...this.#open]);
    await (choice < 0.93 ? this.#rollback(ending) : this.#commit(ending));
  }

  async #begin(): Promise<OpenTransaction> {
    const transaction = new OpenTransaction(await this.#database.begin());
    this.#open.add(transaction);
    for (const table of this.logs.keys()) {
      if (table.keyFrom !== 'sequence') continue;
      const [number] = await transaction.session.ask(this.#database.nextNumber(table));
      transaction.drawn.set(table, number!);
    }
    return transaction;
  }

  async #changeSome(transaction: OpenTransaction): Promise<void> {
    const tables = [...this.logs.keys()];
    const drawn = [...transaction.drawn.keys()];
    for (let changes = this.#chance.between(1, 12); changes > 0; changes--) {
      const isDrawn = drawn.length > 0 && this.#chance.chance(0.35);
      await this.#change(transaction, this.#chance.pick(isDrawn ? drawn : tables));
    }
  }

  async #change(transaction: OpenTransaction, table: ChangedTable): Promise<void> {
    if (table.keyFrom === 'counter') {
      if (this.#keys.isTooOld(table, transaction)) return;
      const old = [...this.#open].filter((each) => each !== transaction && this.#keys.isTooOld(table, each));
      for (const each of old) await this.#commit(each);
    }
    const rows = this.#rowsFor(transaction, table);
    const kind = this.#chance.next();
    if (rows.length === 0 || kind < 0.35) return await this.#insert(transaction, table);
    const id = this.#chance.pick(rows);
    if (kind >= (rows.length > MANY_ROWS ? 0.7 : 0.5)) return await this.#update(transaction, table, id);
    await transaction.session.run(`delete from ${table.quoted} where id = ${id}`);
    transaction.note(table, id, false);
  }

  async #insert(transaction: OpenTransaction, table: ChangedTable): Promise<void> {
    const gone = this.#goneFor(transaction, table);
    const id = gone.length > 0 && this.#chance.chance(0.2) ? this.#chance.pick(gone) : this.#newId();
    const columns = [['id', id], ...this.#values(transaction, table)];
    const names = columns.map(([name]) => name).join();
    const values = columns.map(([, value]) => value).join();
    await transaction.session.run(`insert into ${table.quoted} (${names}) values (${values})`);
    transaction.note(table, id, true);
  }

  async #update(transaction: OpenTransaction, table: ChangedTable, id: string): Promise<void> {
    const moved = this.#chance.chance(0.1) ? this.#newId() : id;
    const values = this.#values(transaction, table);
    // Now and then it is the update key alone that changes.
    const changed = table.keyFrom !== 'database' && this.#chance.chance(0.2) ? values.slice(-1) : values;
    const sets = [...(moved === id ? [] : [['id', moved]]), ...changed].map(([name, value]) => `${name} = ${value}`);
    await transaction.session.run(`update ${table.quoted} set ${sets.join()} where id = ${id}`);
    transaction.note(table, id, false);
    transaction.note(table, moved, true);
  }

  /** Every column but the primary key with its SQL, the update key last where it is the writer who brings it. */
  #values(transaction: OpenTransaction, table: ChangedTable): string[][] {
    const payload = randomPayload(this.#chance, this.#database.fractionDigits);
    const values = ['amount', 'moment', 'note'].map((name, at) => [name, this.#database.literal(payload[at]!)]);
    if (table.keyFrom === 'database') return values;
    return [...values, ['k', this.#database.literal(this.#keys.next(table, transaction))]];
  }

  #newId(): string {
    this.#nextId += this.#chance.between(1, 5);
    // In no order, and some of them beyond what a double holds.
    return this.#chance.chance(0.3) ? String(2n ** 62n - BigInt(this.#nextId)) : String(this.#nextId);
  }

  /** Rows that the transaction can change without waiting for another one. */
  #rowsFor(transaction: OpenTransaction, table: ChangedTable): string[] {
    const own = transaction.touched(table).filter((id) => transaction.sees(table, id) === true);
    return [...own, ...this.logs.get(table)!.present.filter((id) => !this.#isTouched(table, id))];
  }

  #goneFor(transaction: OpenTransaction, table: ChangedTable): string[] {
    const log = this.logs.get(table)!;
    const own = transaction.touched(table).filter((id) => transaction.sees(table, id) === false);
    return [...own, ...log.ids.filter((id) => log.current(id)!.text === null && !this.#isTouched(table, id))];
  }

  #isTouched(table: ChangedTable, id: string): boolean {
    return [...this.#open].some((each) => each.sees(table, id) !== undefined);
  }

  async #prepare(transaction: OpenTransaction): Promise<void> {
    if (transaction.session.prepare === undefined) return;
    await transaction.session.prepare();
    transaction.isPrepared = true;
    this.deeds.prepared += 1;
  }

  async #commit(transaction: OpenTransaction): Promise<void> {
    this.#open.delete(transaction);
    await transaction.session.commit();
    const commit = this.#commits.next();
    this.deeds.commits += 1;
    for (const table of transaction.tables) await this.#record(table, transaction.touched(table), commit);
  }

  async #rollback(transaction: OpenTransaction): Promise<void> {
    this.#open.delete(transaction);
    await transaction.session.rollback();
    this.deeds.rollbacks += 1;
  }

  /** Looks what the rows have become by the newest commit. */
  async #record(table: ChangedTable, ids: readonly string[], commit: number): Promise<void> {
    const found = await this.#database.rows(table, ids);
    for (const id of ids) this.logs.get(table)!.record(id, { commit, ...(found.get(id) ?? { text: null, key: null }) });
  }

  /** Lets the clock go on, before which transactions end whose update keys would fall behind the lag otherwise. */
  async advance(ms: number): Promise<void> {
    for (const transaction of this.#open) {
      if (transaction.endsBeforeMs > this.#clock.now() + ms) continue;
      await (this.#chance.chance(0.3) ? this.#rollback(transaction) : this.#commit(transaction));
    }
    this.#clock.advance(ms);
    this.deeds.keptOpen += this.#open.size;
  }

  /** What runs that read would wait for: a table is emptied, something else befalls it, or the server is restarted. */
  async upheaval(): Promise<void> {
    if (this.#database.restart !== undefined && this.#chance.chance(0.25)) return await this.restart();
    const idle = [...this.logs.keys()].filter((table) => ![...this.#open].some((each) => each.tables.includes(table)));
    if (idle.length === 0) return;
    const table = this.#chance.pick(idle);
    if (this.#database.befall !== undefined && this.#chance.chance(0.5)) {
      this.deeds.befallen += 1;
      return await this.#database.befall(table, this.#chance);
    }
    if (table.truncates === 'never') return;
    await this.#database.run(this.#database.truncateSql(table));
    this.deeds.truncated += 1;
    await this.#record(table, this.logs.get(table)!.present, this.#commits.next());
  }

  /** The server goes down and comes back; of the open transactions only those that are prepared are still there. */
  async restart(): Promise<void> {
    if (this.#database.restart === undefined) return;
    await this.#database.restart();
    this.deeds.restarts += 1;
    for (const transaction of [...this.#open].filter(({ isPrepared }) => !isPrepared)) {
      this.#open.delete(transaction);
      await transaction.session.abandon();
    }
  }

  async commitAll(): Promise<void> {
    for (const transaction of this.#open) await this.#commit(transaction);
  }

  /** The log is the source, to the last row. @throws Error when it is not, which is a mistake of the test */
  async assertLogged(): Promise<void> {
    for (const [table, log] of this.logs) {
      const rows = await this.#database.rows(table, 'all');
      const differs = log.ids.find((id) => log.current(id)!.text !== (rows.get(id)?.text ?? null));
      if (differs === undefined && rows.size === log.present.length) continue;
      throw new Error(`the log of ${table.name} is not the table at ${differs}`);
    }
  }

  async close(): Promise<void> {
    for (const transaction of this.#open) await this.#rollback(transaction).catch(() => undefined);
  }
}
