import type { DatabaseSync } from 'node:sqlite';
import { type Catalog, columnOf, quoted, sqliteCollation, type TableColumn, type TableDefinition } from './catalog.ts';
import type { TrackedTable } from './change-tracking.ts';
import { isText } from './type-names.ts';

/** The columns of the table's primary key, in its order; none without one. */
export function keyColumnsOf(table: TableDefinition): TableColumn[] {
  const key = table.indexes.find(({ primaryKey }) => primaryKey);
  return (key?.columns ?? []).map((name) => columnOf(table, name)!);
}

/** The table of SQLite with a tracked table's changes: `seq`, `version`, `op` (I, U or D) and the key as k1, k2, … */
export const logName = (table: TableDefinition): string => `${quoted(table.schema)}.${quoted(bareLogName(table))}`;

const bareLogName = ({ objectId }: TableDefinition): string => `change_tracking_${objectId}`;

/**
 * The changes of tracked tables, written down by triggers of SQLite, so that they are rolled back with what they are
 * about. All that is committed at once has one version.
 */
export class ChangeLog {
  readonly #sqlite: DatabaseSync;
  readonly #catalog: Catalog;
  #hasChanges = false;
  #isPaused = false;

  constructor(sqlite: DatabaseSync, catalog: Catalog) {
    this.#sqlite = sqlite;
    this.#catalog = catalog;
    sqlite.function('tds_change_version', () => this.#versionOfChange());
  }

  /** NULL while nothing is to be written down. */
  #versionOfChange(): bigint | null {
    if (this.#isPaused) return null;
    this.#hasChanges = true;
    return this.#catalog.tracking.currentVersion + 1n;
  }

  /** To be called when changes are committed. */
  commit(): void {
    if (this.#hasChanges) this.#catalog.tracking.currentVersion++;
    this.#hasChanges = false;
  }

  /** To be called when changes are rolled back. */
  rollback(): void {
    this.#hasChanges = false;
  }

  /** Does what changes rows without being a change of rows, such as ALTER COLUMN. */
  unseen<Result>(work: () => Result): Result {
    const before = this.#isPaused;
    this.#isPaused = true;
    try {
      return work();
    } finally {
      this.#isPaused = before;
    }
  }

  /** `createdAt` is `YYYY-MM-DD HH:MM:SS.fff`. The table must have a primary key and no tracking yet. */
  enable(table: TableDefinition, tracksColumns: boolean, createdAt: string): void {
    const { tracking } = this.#catalog;
    const key = keyColumnsOf(table);
    const columns = key.map(({ type, collation }, i) => {
      const collated = isText(type) ? ` COLLATE ${sqliteCollation(collation ?? this.#catalog.state.collation)}` : '';
      return `k${i + 1}${collated}`;
    });
    this.#sqlite.exec(`CREATE TABLE ${logName(table)} (seq INTEGER PRIMARY KEY, version, op, ${columns.join(', ')})`);
    for (const sql of triggers(table, key)) this.#sqlite.exec(sql);
    const version = tracking.currentVersion;
    const internalId = this.#catalog.takeObjectId();
    const versions = { beginVersion: version, minValidVersion: version, cleanupVersion: 0n };
    tracking.tables.set(table, { internalId, createdAt, tracksColumns, ...versions });
  }

  /** Does nothing for a table that is not tracked. */
  disable(table: TableDefinition): void {
    if (!this.#catalog.tracking.tables.has(table)) return;
    for (const name of triggerNames(table)) this.#sqlite.exec(`DROP TRIGGER ${quoted(table.schema)}.${quoted(name)}`);
    this.#sqlite.exec(`DROP TABLE ${logName(table)}`);
    this.#catalog.tracking.tables.delete(table);
  }

  /** TRUNCATE: the history begins anew at the current version, which stays as it is. */
  truncated(table: TableDefinition): void {
    const tracked = this.#catalog.tracking.tables.get(table);
    if (tracked === undefined) return;
    this.#sqlite.exec(`DELETE FROM ${logName(table)}`);
    tracked.beginVersion = this.#catalog.tracking.currentVersion;
    tracked.minValidVersion = tracked.beginVersion;
  }

  /** What the cleanup task does: changes up to a version go. @throws RangeError for a table that is not tracked */
  clean(table: TableDefinition, version: bigint): void {
    const tracked = this.#catalog.tracking.tables.get(table);
    if (tracked === undefined) throw new RangeError(`Table ${table.name} has no change tracking`);
    this.#sqlite.prepare(`DELETE FROM ${logName(table)} WHERE version <= ?`).run(version);
    raise(tracked, version);
    this.#catalog.version++;
  }
}

function raise(tracked: TrackedTable, version: bigint): void {
  if (version > tracked.minValidVersion) tracked.minValidVersion = version;
  if (version > tracked.cleanupVersion) tracked.cleanupVersion = version;
}

const TRIGGERED = ['INSERT', 'UPDATE', 'DELETE'] as const;

const triggerNames = (table: TableDefinition): string[] =>
  TRIGGERED.map((event) => `${bareLogName(table)}_${event.toLowerCase()}`);

function triggers(table: TableDefinition, key: readonly TableColumn[]): string[] {
  const names = key.map(({ name }) => quoted(name));
  const columns = ['version', 'op', ...key.map((_, i) => `k${i + 1}`)].join(', ');
  const entry = (op: string, row: 'OLD' | 'NEW', where = ''): string => {
    const values = names.map((name) => `${row}.${name}`).join(', ');
    return `INSERT INTO ${quoted(bareLogName(table))} (${columns}) SELECT tds_change_version(), '${op}', ${values}${where};`;
  };
  const isSame = `(${names.map((name) => `OLD.${name} IS NEW.${name}`).join(' AND ')})`;
  const entries: Record<(typeof TRIGGERED)[number], string[]> = {
    INSERT: [entry('I', 'NEW')],
    // A key that changes is a row that goes and another that comes.
    UPDATE: [
      entry('U', 'NEW', ` WHERE ${isSame}`),
      entry('D', 'OLD', ` WHERE NOT ${isSame}`),
      entry('I', 'NEW', ` WHERE NOT ${isSame}`),
    ],
    DELETE: [entry('D', 'OLD')],
  };
  return TRIGGERED.map((event, i) => {
    const name = `${quoted(table.schema)}.${quoted(triggerNames(table)[i]!)}`;
    const when = 'WHEN tds_change_version() IS NOT NULL';
    return `CREATE TRIGGER ${name} AFTER ${event} ON ${quoted(table.name)} ${when} BEGIN ${entries[event].join(' ')} END`;
  });
}
