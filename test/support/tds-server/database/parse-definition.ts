import type { StatementBody } from './parse-batch.ts';
import { parseExpression } from './parse-expression.ts';
import { parseDatabaseTracking, parseTableTracking } from './parse-tracking.ts';
import { parseType } from './parse-type.ts';
import type { ColumnDefinition, IndexedColumns, KeyDefinition } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What follows CREATE. */
export function parseCreate(cursor: TokenCursor): StatementBody {
  if (cursor.accept('TABLE')) return createTable(cursor);
  if (cursor.accept('SCHEMA')) return { kind: 'createSchema', name: cursor.name() };
  if (cursor.accept('VIEW')) {
    const view = cursor.objectName();
    cursor.expect('AS');
    return { kind: 'createView', view, query: cursor.parseQuery(cursor) };
  }
  const unique = cursor.accept('UNIQUE');
  const clustered = clusteredWord(cursor) === true;
  cursor.expect('INDEX');
  const name = cursor.name();
  cursor.expect('ON');
  const table = cursor.objectName();
  const key = indexedColumns(cursor);
  const included = cursor.accept('INCLUDE') ? cursor.list(() => cursor.name()) : [];
  const where = cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
  return { kind: 'createIndex', name, table, ...key, included, unique, clustered, ...where };
}

/** What follows DROP. */
export function parseDrop(cursor: TokenCursor): StatementBody {
  const what = (['TABLE', 'VIEW', 'INDEX', 'SCHEMA'] as const).find((word) => cursor.accept(word));
  if (what === undefined) throw cursor.fail();
  const ifExists = cursor.accept('IF', 'EXISTS');
  const name = cursor.objectName();
  const on = what === 'INDEX' && cursor.accept('ON') ? { on: cursor.objectName() } : {};
  return { kind: 'drop', what, name, ifExists, ...on };
}

/** What follows ALTER. */
export function parseAlter(cursor: TokenCursor): StatementBody {
  if (cursor.accept('DATABASE')) return alterDatabase(cursor);
  cursor.expect('TABLE');
  const table = cursor.objectName();
  const tracking = parseTableTracking(cursor, table);
  if (tracking !== undefined) return tracking;
  if (cursor.accept('ADD')) {
    return { kind: 'addColumns', table, columns: cursor.commaSeparated(() => columnDefinition(cursor)) };
  }
  if (cursor.accept('DROP', 'COLUMN')) {
    cursor.accept('IF', 'EXISTS');
    return { kind: 'dropColumns', table, names: cursor.commaSeparated(() => cursor.name()) };
  }
  cursor.expect('ALTER', 'COLUMN');
  return { kind: 'alterColumn', table, column: columnDefinition(cursor) };
}

function alterDatabase(cursor: TokenCursor): StatementBody {
  if (!cursor.accept('CURRENT')) cursor.name();
  cursor.expect('SET');
  if (cursor.accept('CHANGE_TRACKING')) return parseDatabaseTracking(cursor);
  const option = cursor.name().toUpperCase();
  const on = cursor.accept('ON');
  if (!on) cursor.expect('OFF');
  if (cursor.accept('WITH')) cursor.commaSeparated(() => [cursor.name(), cursor.seesName() && cursor.name()]);
  return { kind: 'alterDatabase', option, on };
}

function createTable(cursor: TokenCursor): StatementBody {
  const table = cursor.objectName();
  const columns: ColumnDefinition[] = [];
  const keys: KeyDefinition[] = [];
  cursor.list(() => {
    const key = keyDefinition(cursor);
    if (key === undefined) columns.push(columnDefinition(cursor));
    else keys.push(key);
  });
  return { kind: 'createTable', table, columns, keys };
}

function keyDefinition(cursor: TokenCursor): KeyDefinition | undefined {
  const name = cursor.accept('CONSTRAINT') ? { name: cursor.name() } : {};
  const primary = cursor.accept('PRIMARY', 'KEY');
  if (!primary && !cursor.accept('UNIQUE')) {
    if ('name' in name) throw cursor.fail();
    return undefined;
  }
  const clustered = clusteredWord(cursor);
  const said = clustered === undefined ? {} : { clustered };
  return { kind: primary ? 'primary' : 'unique', ...name, ...said, ...indexedColumns(cursor) };
}

/** Undefined when neither word stands here. */
function clusteredWord(cursor: TokenCursor): boolean | undefined {
  if (cursor.accept('CLUSTERED')) return true;
  return cursor.accept('NONCLUSTERED') ? false : undefined;
}

function indexedColumns(cursor: TokenCursor): IndexedColumns {
  const descending: string[] = [];
  const columns = cursor.list(() => {
    const name = cursor.name();
    if (cursor.accept('DESC')) descending.push(name);
    else cursor.accept('ASC');
    return name;
  });
  return { columns, descending };
}

type Traits = { -readonly [Trait in keyof ColumnDefinition]: ColumnDefinition[Trait] };

function columnDefinition(cursor: TokenCursor): ColumnDefinition {
  const name = cursor.name();
  const traits: Traits = { name, type: parseType(cursor), identity: false, primaryKey: false, unique: false };
  while (columnTrait(cursor, traits));
  return traits;
}

function columnTrait(cursor: TokenCursor, traits: Traits): boolean {
  if (cursor.accept('NOT', 'NULL')) traits.nullable = false;
  else if (cursor.accept('NULL')) traits.nullable = true;
  else if (cursor.accept('COLLATE')) traits.collation = cursor.name();
  else if (cursor.accept('PRIMARY', 'KEY')) traits.primaryKey = true;
  else if (cursor.accept('UNIQUE')) traits.unique = true;
  else if (cursor.accept('DEFAULT')) traits.default = parseExpression(cursor);
  else if (cursor.accept('CONSTRAINT')) cursor.name();
  else if (cursor.accept('IDENTITY')) {
    traits.identity = true;
    if (cursor.sees('(')) cursor.skipParentheses();
  } else {
    const clustered = clusteredWord(cursor);
    if (clustered === undefined) return false;
    traits.clustered = clustered;
  }
  return true;
}
