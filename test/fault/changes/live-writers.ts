import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Chance } from '../../sim/world/chance.ts';
import type { TestPostgres } from '../../support/postgres.ts';
import { decimalPlace, momentPlace, wholePlace } from './changed-table.ts';
import { rowText } from './landed-state.ts';
import { TableLog } from './table-log.ts';

/** What is not committed within it is rolled back, so that the update keys are within the lag of `moments`. */
const MAX_TRANSACTION_MS = 5_000;
const MAX_PAUSE_MS = 600;
const FIRST_ROWS = 2_200;

/** The tables that live writers change, with the settings that land them and the place of their update keys. */
export const LIVE_TABLES = {
  versions: { settings: { update_key: 'xmin', file_max_rows: 1_000 }, place: wholePlace, key: 'pg_current_xact_id()' },
  drawn: { settings: { update_key: 'k', lag: 'snapshot' }, place: decimalPlace, key: 'changed.k' },
  moments: { settings: { update_key: 'k', lag: '10s', chunk_count: 2 }, place: momentPlace, key: 'changed.k' },
} as const;

export type LiveTable = keyof typeof LIVE_TABLES;
export const LIVE_NAMES = Object.keys(LIVE_TABLES) as LiveTable[];

const TEXTS = (row: string) => `array[${row}.id::text, ${row}.amount::text, ${row}.note]`;
export const LIVE_LAKE_TEXTS = ['id::varchar', 'amount::varchar', 'note'];

/** A table with a note of each version of each of its rows, which is committed with the row. */
function createSql(table: LiveTable): string {
  const { key } = LIVE_TABLES[table];
  const fills = { versions: '', drawn: `new.k := nextval('drawn_k');`, moments: 'new.k := now();' }[table];
  const column = { versions: '', drawn: ', k numeric(38,10)', moments: ', k timestamptz' }[table];
  return `
    create table ${table} (id bigint primary key, amount numeric(38,10), note text${column});
    create sequence ${table}_k;
    create function fill_${table}() returns trigger language plpgsql as $$ begin ${fills} return new; end $$;
    create trigger fill before insert or update on ${table} for each row execute function fill_${table}();
    create function note_${table}() returns trigger language plpgsql as $$
      declare changed ${table} := coalesce(new, old);
      begin
        insert into noted (name, id, cells, key) select '${table}', changed.id,
          case when tg_op = 'DELETE' then null else ${TEXTS('changed')} end, (${key})::text;
        return null;
      end $$;
    create trigger note after insert or update or delete on ${table}
      for each row execute function note_${table}();
    insert into ${table} (id, amount, note) select n, n / 7.0, 'first ' || n from generate_series(1, ${FIRST_ROWS}) n;`;
}

/** Writers that go on by themselves, each with a connection of its own, until they are stopped. */
export class LiveWriters {
  readonly #server: TestPostgres;
  readonly #chance: Chance;
  #isStopping = false;
  #going: Promise<unknown> = Promise.resolve();
  #nextId = FIRST_ROWS;

  constructor(server: TestPostgres, chance: Chance) {
    this.#server = server;
    this.#chance = chance;
  }

  async create(): Promise<void> {
    await this.#server.query(
      'create table noted (seq bigserial primary key, name text, id bigint, cells text[], key text)',
    );
    for (const table of LIVE_NAMES) await this.#server.query(createSql(table));
  }

  start(count: number): void {
    this.#isStopping = false;
    this.#going = Promise.all(Array.from({ length: count }, () => this.#write()));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#going;
  }

  async #write(): Promise<void> {
    while (!this.#isStopping) {
      // The server may be down just now: what is not committed is not noted.
      await this.#transaction().catch(() => setTimeout(50));
    }
  }

  async #transaction(): Promise<void> {
    const client = new pg.Client(this.#server);
    client.on('error', () => undefined);
    const beganMs = performance.now();
    try {
      await client.connect();
      await client.query("begin; set local lock_timeout = '1s'");
      for (let changes = this.#chance.between(1, 6); changes > 0; changes--) {
        await client.query(this.#change());
        if (this.#chance.chance(0.2)) await setTimeout(this.#chance.between(1, MAX_PAUSE_MS));
      }
      const isLate = performance.now() - beganMs > MAX_TRANSACTION_MS;
      await client.query(isLate || this.#chance.chance(0.1) ? 'rollback' : 'commit');
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #change(): string {
    const table = this.#chance.pick(LIVE_NAMES);
    const id = this.#chance.between(1, this.#nextId);
    const kind = this.#chance.next();
    if (kind < 0.2) return `delete from ${table} where id = ${id}`;
    const amount = `${this.#chance.between(0, 999_999_999)}.${this.#chance.between(1_000_000_000, 9_999_999_999)}`;
    if (kind < 0.6) return `update ${table} set amount = ${amount}, note = 'again' where id = ${id}`;
    this.#nextId += 1;
    return `insert into ${table} (id, amount, note) values (${this.#nextId}, ${amount}, 'new')`;
  }

  /** Every version of every row, in an order that is right for each row. */
  async log(table: LiveTable): Promise<TableLog> {
    const { rows } = await this.#server.query(
      `select id::text as id, cells, key from noted where name = '${table}' order by seq`,
    );
    const log = new TableLog();
    for (const [at, { id, cells, key }] of (
      rows as { id: string; cells: (string | null)[] | null; key: string }[]
    ).entries()) {
      const text = cells === null ? null : rowText(cells);
      log.record(id, { commit: at + 1, text, key: LIVE_TABLES[table].place(key) });
    }
    return log;
  }
}
