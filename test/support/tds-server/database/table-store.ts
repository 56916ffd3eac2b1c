import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { WireValue } from '../../tds/wire-types.ts';
import { AtomicWrites } from './atomic-writes.ts';
import {
  type Catalog,
  quoted,
  sqliteCollation,
  sqliteName,
  type TableColumn,
  type TableDefinition,
  type TableIndex,
} from './catalog.ts';
import { ChangeLog } from './change-log.ts';
import { convert } from './conversion.ts';
import { addMetadataFunctions } from './metadata-functions.ts';
import { rowVersionBytes } from './row-versions.ts';
import { addFunctions } from './sqlite-functions.ts';
import { type Stored, toStored } from './stored-values.ts';
import { type SystemRow, systemRows, type TableSizes } from './system-rows.ts';
import { systemTables } from './system-tables.ts';
import { typeFacts } from './type-facts.ts';
import { isText } from './type-names.ts';

const PAGE_BYTES = 8_192n;
const ROW_OVERHEAD_BYTES = 11;
/** Of a value whose length varies, half of what it may have, and no more than this. */
const GUESSED_VALUE_BYTES = 100;

/** The rows: one attached in-memory database of SQLite for each schema, one table for each table. */
export class TableStore {
  readonly sqlite = new DatabaseSync(':memory:');
  readonly catalog: Catalog;
  #systemVersion = -1;
  /** Counting takes a second for tens of millions of rows. */
  readonly #sizes = new Map<TableDefinition, TableSizes>();
  readonly changes: ChangeLog;
  readonly #writes: AtomicWrites;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
    addFunctions(this.sqlite);
    addMetadataFunctions(this.sqlite, catalog);
    this.changes = new ChangeLog(this.sqlite, catalog);
    this.#writes = new AtomicWrites(this.sqlite, this.changes);
    this.sqlite.function('tds_next_rowversion', () => rowVersionBytes(catalog.rowVersions.next()));
    for (const schema of catalog.schemas.values()) this.#attach(schema);
    for (const table of systemTables(catalog)) this.create(table);
  }

  close(): void {
    this.sqlite.close();
  }

  /** SQLite attaches ten databases at most, three of which are dbo, sys and INFORMATION_SCHEMA. */
  addSchema(name: string): void {
    this.#attach(name);
    this.catalog.addSchema(name);
  }

  /** Of a schema without tables. */
  dropSchema(name: string): void {
    this.sqlite.exec(`DETACH ${quoted(name)}`);
    this.catalog.removeSchema(name);
  }

  #attach(schema: string): void {
    this.sqlite.exec(`ATTACH ':memory:' AS ${quoted(schema)}`);
  }

  /** A table with its primary key and its indexes; rows lie in the order of the key. */
  create(table: TableDefinition): void {
    const key = table.indexes.find(({ primaryKey }) => primaryKey);
    const columns = table.columns.map((column) => this.columnSql(column));
    const keySql = key === undefined ? '' : `, PRIMARY KEY (${key.columns.map(quoted).join(', ')})`;
    const storage = key === undefined ? '' : ' WITHOUT ROWID';
    this.sqlite.exec(`CREATE TABLE ${sqliteName(table)} (${columns.join(', ')}${keySql})${storage}`);
    this.catalog.add(table);
    for (const index of table.indexes) if (!index.primaryKey) this.#createIndex(table, index);
  }

  addIndex(table: TableDefinition, index: TableIndex): void {
    this.#createIndex(table, index);
    table.indexes.push(index);
    this.catalog.version++;
  }

  #createIndex(table: TableDefinition, index: TableIndex): void {
    // Conditions of filtered indexes are not translated, so that they must not refuse anything.
    const unique = index.unique && !index.filtered ? 'UNIQUE ' : '';
    const name = `${quoted(table.schema)}.${quoted(`${table.name}.${index.name}`)}`;
    const columns = index.columns.map(quoted).join(', ');
    this.sqlite.exec(`CREATE ${unique}INDEX ${name} ON ${quoted(table.name)} (${columns})`);
  }

  /** Without a type, so that SQLite converts nothing by itself. */
  columnSql({ name, type, collation }: TableColumn): string {
    const collate = isText(type) ? ` COLLATE ${sqliteCollation(collation ?? this.catalog.state.collation)}` : '';
    return `${quoted(name)}${type.nullable === false ? ' NOT NULL' : ''}${collate}`;
  }

  drop(table: TableDefinition): void {
    this.changes.disable(table);
    if (table.view === undefined) this.sqlite.exec(`DROP TABLE ${sqliteName(table)}`);
    this.catalog.remove(table);
  }

  /** Rows of the server's texts, all or none. */
  insert(table: TableDefinition, rows: Iterable<readonly WireValue[]>): number {
    const types = table.columns.map(({ type }) => type);
    const insert = this.#insertion(table);
    let count = 0;
    this.atomically(() => {
      for (const row of rows) {
        if (row.length !== types.length) {
          throw new RangeError(`Row ${count} of ${table.name} has ${row.length} values for ${types.length} columns`);
        }
        insert.run(...row.map((value, i) => this.#storedValue(value, table.columns[i]!)));
        count++;
      }
    });
    this.changed(table);
    return count;
  }

  /** Writes over the row that has the same key, or adds one. Returns what does so, however often it is called. */
  putting(table: TableDefinition, row: readonly WireValue[]): () => void {
    const key = table.indexes.find(({ primaryKey }) => primaryKey)?.columns ?? [];
    const set = table.columns.map(({ name }, i) => `${quoted(name)} = ?${i + 1}`);
    const isSame = key.map((name) => `${quoted(name)} = ?${table.columns.findIndex((each) => each.name === name) + 1}`);
    const update = `UPDATE ${sqliteName(table)} SET ${set.join(', ')} WHERE ${isSame.join(' AND ') || 'FALSE'}`;
    return () => {
      const values = row.map((value, i) => this.#storedValue(value, table.columns[i]!));
      if (Number(this.sqlite.prepare(update).run(...values).changes) === 0) this.#insertion(table).run(...values);
      this.changed(table);
    };
  }

  /** To be called when rows of a table have changed. */
  changed(table: TableDefinition): void {
    this.#sizes.delete(table);
    this.catalog.version++;
  }

  #storedValue(value: WireValue, { name, type }: TableColumn): Stored {
    if (type.kind === 'rowversion') return this.#rowVersion(value);
    try {
      return toStored(type, value);
    } catch (thrown) {
      throw new RangeError(
        `${JSON.stringify(value)} in column ${name} is no ${type.kind}: ${(thrown as Error).message}`,
      );
    }
  }

  #insertion(table: TableDefinition): StatementSync {
    return this.sqlite.prepare(`INSERT INTO ${sqliteName(table)} VALUES (${table.columns.map(() => '?').join(', ')})`);
  }

  #rowVersion(value: WireValue): Stored {
    const { rowVersions } = this.catalog;
    if (value === null) return rowVersionBytes(rowVersions.next());
    const bytes = Buffer.from(typeof value === 'string' ? value : value.text, 'hex');
    rowVersions.passed(bytes.readBigUInt64BE());
    return bytes;
  }

  /** All of it or, when it throws, nothing. */
  atomically<Result>(work: () => Result): Result {
    return this.#writes.atomically(work);
  }

  /** What `work` gives, and nothing of what it changes. */
  tentatively<Result>(work: () => Result): Result {
    try {
      return this.#writes.tentatively(work);
    } finally {
      this.#systemVersion = -1;
    }
  }

  /** Writes the catalog views anew where something has changed since they were read last. */
  refreshSystemTables(): void {
    if (this.#systemVersion === this.catalog.version) return;
    const rows = systemRows(this.catalog, (table) => this.sizesOf(table));
    this.atomically(() => {
      for (const table of this.catalog.tables.filter(({ system }) => system)) {
        this.sqlite.exec(`DELETE FROM ${sqliteName(table)}`);
        const insert = this.#insertion(table);
        for (const row of rows[`${table.schema}.${table.name}`] ?? []) {
          insert.run(...table.columns.map((column) => systemValue(row, column)));
        }
      }
    });
    this.#systemVersion = this.catalog.version;
  }

  sizesOf(table: TableDefinition): TableSizes {
    const known = table.statistics ?? this.#sizes.get(table);
    if (known !== undefined) return known;
    const sizes = this.#measure(table);
    this.#sizes.set(table, sizes);
    return sizes;
  }

  #measure(table: TableDefinition): TableSizes {
    const count = this.sqlite.prepare(`SELECT count(*) AS rows FROM ${sqliteName(table)}`);
    count.setReadBigInts(true);
    const rows = (count.get() as { rows: bigint }).rows;
    const rowBytes = table.columns.reduce((sum, { type }) => {
      const { maxLength } = typeFacts(type);
      return sum + (maxLength < 0 || maxLength > 2 * GUESSED_VALUE_BYTES ? GUESSED_VALUE_BYTES : maxLength);
    }, ROW_OVERHEAD_BYTES);
    return { rows, usedPages: rows === 0n ? 0n : (rows * BigInt(rowBytes)) / PAGE_BYTES + 2n };
  }
}

function systemValue(row: SystemRow, { name, type }: TableColumn): Stored {
  const value = row[name];
  if (value === undefined || value === null) return type.nullable === false ? emptyValue(type.kind) : null;
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  return convert(text, { kind: 'nvarchar', length: 'max' }, type);
}

const emptyValue = (kind: string): Stored => (/char/.test(kind) ? '' : kind === 'datetime' ? null : 0n);
