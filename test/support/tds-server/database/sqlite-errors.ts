import { type Catalog, same } from './catalog.ts';
import { SqlServerError, sqlError } from './sql-error.ts';

/** A definition is to change while its table is being read. */
const SQLITE_LOCKED = 6;
const UNIQUE = /^UNIQUE constraint failed: (.+)$/;
const NOT_NULL = /^NOT NULL constraint failed: (.+)\.([^.]+)$/;

/** What SQLite refuses, as SQL Server would; anything else that is thrown goes on. */
export function asServerError(thrown: unknown, catalog: Catalog): SqlServerError {
  if (thrown instanceof SqlServerError) return thrown;
  if (!isOfSqlite(thrown)) throw thrown;
  if (thrown.errcode === SQLITE_LOCKED) return sqlError.lockTimeout();
  const notNull = NOT_NULL.exec(thrown.message);
  if (notNull !== null) return sqlError.nullInserted(notNull[2]!, `${catalog.state.name}.dbo.${notNull[1]!}`, 'INSERT');
  const unique = UNIQUE.exec(thrown.message);
  if (unique !== null) return duplicate(unique[1]!.split(', '), catalog);
  if (/^integer overflow$/.test(thrown.message)) return sqlError.overflow('bigint');
  throw thrown;
}

/** By its shape: in a test its class is of another realm. */
const isOfSqlite = (thrown: unknown): thrown is { errcode: number; message: string } =>
  typeof thrown === 'object' && thrown !== null && 'errcode' in thrown && 'message' in thrown;

/** SQLite names table and columns, and no values. */
function duplicate(places: readonly string[], catalog: Catalog): SqlServerError {
  const columns = places.map((place) => place.slice(place.lastIndexOf('.') + 1));
  const tableName = places[0]!.slice(0, places[0]!.lastIndexOf('.'));
  const table = catalog.userTables.find(({ name }) => same(name, tableName));
  const index = table?.indexes.find(
    (each) => each.columns.length === columns.length && each.columns.every((name, i) => same(name, columns[i]!)),
  );
  const name = `${table?.schema ?? 'dbo'}.${tableName}`;
  if (index?.primaryKey === false) return sqlError.duplicateIndexRow(index.name, name, '…');
  return sqlError.duplicateKey(index?.name ?? `PK_${tableName}`, name, '…');
}
