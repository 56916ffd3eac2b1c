import { placeOf } from './emit-expression.ts';
import { FromEmitter, namedColumns } from './emit-from.ts';
import { emitLimit, emitOrder } from './emit-order.ts';
import { coerced, commonColumns, type Emitted } from './emitted.ts';
import type { EmittedQuery, OutputColumn, Place, QueryEmitter, QueryUse } from './place.ts';
import { Scope } from './scope.ts';
import { sqlError } from './sql-error.ts';
import type { CommonTable, Query, QueryBody, Select } from './syntax-tree.ts';
import type { Translation } from './translation.ts';

/** A query within a translation, and whatever queries are in it. */
export function queryEmitter(translation: Translation): QueryEmitter {
  const emit: QueryEmitter = (query, outer, use) => emitQuery(query, new Scope(outer), use, translation, emit);
  return emit;
}

function emitQuery(
  query: Query,
  scope: Scope,
  use: QueryUse,
  translation: Translation,
  emit: QueryEmitter,
): EmittedQuery {
  const tables = query.tables.map((table) => commonTable(table, scope, translation, emit));
  const prefix = tables.length === 0 ? '' : `WITH RECURSIVE ${tables.join(', ')} `;
  const limited = query.offset !== undefined || (query.body.kind === 'select' && query.body.top !== undefined);
  if (use !== 'result' && query.order.length > 0 && !limited) throw sqlError.orderInSubquery();
  const { sql, columns, place, items } = emitBody(query.body, scope, translation, emit);
  const order = emitOrder(query.order, columns, items, place);
  const limit = emitLimit(query, `${prefix}${sql}`, placeOf(translation, new Scope(scope), emit));
  return { sql: `${prefix}${sql}${order}${limit}`, columns };
}

/** `name(c1, …) AS (…)`; a common table that unites itself knows its columns from the part before. */
function commonTable(
  { name, columns: names, query }: CommonTable,
  scope: Scope,
  translation: Translation,
  emit: QueryEmitter,
): string {
  const sqlName = translation.uniqueName();
  if (query.body.kind === 'set') {
    const anchor = emit({ ...query, body: query.body.left, order: [] }, scope, 'named');
    scope.name(name, { sqlName, columns: namedColumns(anchor, name, names) });
  }
  const emitted = emit(query, scope, 'named');
  const columns = namedColumns(emitted, name, names);
  scope.name(name, { sqlName, columns });
  return `${sqlName}(${columns.map((_, i) => `c${i + 1}`).join(', ')}) AS (${emitted.sql})`;
}

interface EmittedBody extends EmittedQuery {
  readonly place: Place;
  /** What is selected; undefined for what is united. */
  readonly items: readonly Emitted[] | undefined;
}

interface UnionSide extends EmittedQuery {
  readonly isPlain: boolean;
}

function emitBody(body: QueryBody, scope: Scope, translation: Translation, emit: QueryEmitter): EmittedBody {
  if (body.kind === 'select') return emitSelect(body, scope, translation, emit);
  const [left, right] = [body.left, body.right].map((side) => {
    const own = new Scope(scope);
    const { sql, columns } = emitBody(side, own, translation, emit);
    const top = side.kind === 'select' && side.top !== undefined ? side : undefined;
    const limit = top === undefined ? '' : emitLimit({ body: top }, sql, placeOf(translation, own, emit));
    return { sql: `${sql}${limit}`, columns, isPlain: side.kind === 'select' && top === undefined };
  }) as [UnionSide, UnionSide];
  if (left.columns.length !== right.columns.length) throw sqlError.unequalUnion();
  const columns = commonColumns(left.columns, right.columns);
  const sides = [left, right].map((side) => selectAs(side, columns, translation));
  const sql = sides.join(` ${body.operator} `);
  return { sql, columns, place: placeOf(translation, scope, emit), items: undefined };
}

/**
 * A side of a UNION, its columns of the common types. What is more than a plain SELECT goes into brackets of its own, as
 * SQLite has no precedence there; a plain one may not, as SQLite wants a recursive table named at the top.
 */
function selectAs(side: UnionSide, columns: readonly OutputColumn[], translation: Translation): string {
  const name = translation.uniqueName();
  const plain = side.columns.map((_, i) => `${name}.c${i + 1}`);
  const items = side.columns.map((column, i) => {
    const type = column.untyped ? undefined : column.type;
    return coerced({ sql: plain[i]!, type }, columns[i]!.type).sql;
  });
  if (side.isPlain && items.every((item, i) => item === plain[i])) return side.sql;
  return `SELECT ${items.map((item, i) => `${item} AS c${i + 1}`).join(', ')} FROM (${side.sql}) AS ${name}`;
}

function emitSelect(select: Select, scope: Scope, translation: Translation, emit: QueryEmitter): EmittedBody {
  const from = new FromEmitter(translation, scope, emit);
  const sources = select.from.map((item) => from.emit(item));
  const place = placeOf(translation, scope, emit);
  const { items, columns } = emitItems(select, place);
  const list = items.map(({ sql }, i) => `${sql} AS c${i + 1}`).join(', ');
  const clauses = [
    `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}`,
    sources.length === 0 ? '' : `FROM ${sources.join(' CROSS JOIN ')}`,
    select.where === undefined ? '' : `WHERE ${place.condition(select.where)}`,
    select.groupBy.length === 0 ? '' : `GROUP BY ${select.groupBy.map((each) => place.value(each).sql).join(', ')}`,
    select.having === undefined ? '' : `HAVING ${place.condition(select.having)}`,
  ];
  return { sql: clauses.filter((clause) => clause !== '').join(' '), columns, place, items };
}

function emitItems({ items }: Select, place: Place): { items: Emitted[]; columns: OutputColumn[] } {
  const emitted: Emitted[] = [];
  const columns: OutputColumn[] = [];
  const add = (value: Emitted, name: string): void => {
    emitted.push(value);
    const untyped = value.type === undefined;
    columns.push({ name, type: value.type ?? { kind: 'int' }, collation: value.collation, untyped });
  };
  for (const item of items) {
    if (item.kind === 'star') {
      const sources = place.scope.sourcesOf(item.qualifier);
      if (sources.length === 0) throw starOfNothing(item.qualifier);
      for (const { columns: all } of sources) for (const each of all) if (each.hidden !== true) add(each, each.name);
    } else {
      const alias = item.kind === 'value' ? item.alias : '';
      add(place.value(item.value), alias ?? ownName(item.value, place));
    }
  }
  return { items: emitted, columns };
}

/** A column's name is spelled as in its table, not as in the query. */
function ownName(value: Select['groupBy'][number], { scope }: Place): string {
  if (value.kind !== 'column') return '';
  const found = scope.resolve(value.qualifier, value.name);
  return 'name' in found && typeof found.name === 'string' ? found.name : value.name;
}

function starOfNothing(qualifier: readonly string[]): Error {
  if (qualifier.length === 0) return sqlError.mustSpecifyTable();
  return sqlError.unknownPrefix(qualifier.join('.'));
}
