import { quoted, sqliteName, type TableDefinition } from './catalog.ts';
import { describedResult, RESULT_COLUMNS } from './describe-result.ts';
import { emitChanges } from './emit-changes.ts';
import { placeOf } from './emit-expression.ts';
import { emitConvert, unified } from './emitted.ts';
import type { EmittedQuery, OutputColumn, QueryEmitter } from './place.ts';
import type { Scope, Source, SourceColumn } from './scope.ts';
import { sqlError } from './sql-error.ts';
import type { FromItem, TableSample } from './syntax-tree.ts';
import type { Translation } from './translation.ts';
import { nullable } from './type-names.ts';

/** Translates FROM and fills the scope with what stands there. */
export class FromEmitter {
  readonly #translation: Translation;
  readonly #scope: Scope;
  readonly #query: QueryEmitter;

  constructor(translation: Translation, scope: Scope, query: QueryEmitter) {
    this.#translation = translation;
    this.#scope = scope;
    this.#query = query;
  }

  emit(item: FromItem): string {
    switch (item.kind) {
      case 'table':
        return this.#table(item);
      case 'derived':
        return this.#derived(item);
      case 'rows':
        return this.#rows(item);
      case 'join':
        return this.#join(item);
      case 'function':
        return this.#function(item);
      case 'changes':
        return this.#changes(item);
    }
  }

  #table({ name, alias, sample, hints }: Extract<FromItem, { kind: 'table' }>): string {
    const common = name.length === 1 ? this.#scope.named(name[0]!) : undefined;
    if (common !== undefined) {
      const sqlAlias = this.#add(alias ?? name[0]!, common.columns);
      return `${common.sqlName} AS ${sqlAlias}`;
    }
    const table = this.#translation.catalog.table(name);
    this.#translation.tables.set(table, hints);
    if (sample !== undefined && (table.view !== undefined || table.system)) throw sqlError.sampleOfNoTable();
    if (table.view !== undefined) {
      const view = this.#query(table.view, undefined, 'named');
      return `(${view.sql}) AS ${this.#add(alias ?? table.name, view.columns)}`;
    }
    const sqlAlias = this.#translation.uniqueName();
    this.#scope.sources.push({
      alias: alias ?? table.name,
      schema: alias === undefined ? table.schema : undefined,
      columns: this.#columnsOf(table, sqlAlias),
    });
    return `${sample === undefined ? sqliteName(table) : sampled(table, sample)} AS ${sqlAlias}`;
  }

  #changes({ table, after, alias, columns: names }: Extract<FromItem, { kind: 'changes' }>): string {
    if (alias === undefined) throw sqlError.changesWithoutAlias();
    const version = placeOf(this.#translation, this.#scope, this.#query).value(after);
    const changes = emitChanges(table, emitConvert(version, { kind: 'bigint' }).sql, this.#translation);
    return `(${changes.sql}) AS ${this.#add(alias, namedColumns(changes, alias, names))}`;
  }

  /** Table-valued functions; sys.dm_db_stats_histogram would have its place here. */
  #function({ name, args, alias }: Extract<FromItem, { kind: 'function' }>): string {
    const [sql] = args;
    if (name.at(-1)!.toLowerCase() !== 'dm_exec_describe_first_result_set' || sql === undefined) {
      throw sqlError.invalidObject(name.join('.'));
    }
    const rows = describedResult(sql, this.#translation, this.#query);
    return `(${rows}) AS ${this.#add(alias ?? name.at(-1)!, RESULT_COLUMNS)}`;
  }

  #columnsOf(table: TableDefinition, sqlAlias: string): SourceColumn[] {
    return table.columns.map(({ name, type, collation, hidden }) => ({
      name,
      sql: `${sqlAlias}.${quoted(name)}`,
      type,
      collation: this.#translation.collationOf(type, collation),
      hidden,
    }));
  }

  #derived({ query, alias, columns: names }: Extract<FromItem, { kind: 'derived' }>): string {
    const emitted = this.#query(query, this.#scope, 'named');
    const columns = namedColumns(emitted, alias, names);
    return `(${emitted.sql}) AS ${this.#add(alias, columns)}`;
  }

  #rows({ rows, alias, columns: names }: Extract<FromItem, { kind: 'rows' }>): string {
    const place = placeOf(this.#translation, this.#scope, this.#query);
    const values = rows.map((row) => row.map(place.value));
    const columns = names.map((_, i) => unified(values.map((row) => row[i]!)));
    const named = columns.map(({ type }, i) => ({ name: names[i]!, type: type ?? { kind: 'int' as const } }));
    const selects = values.map(
      (_, row) => `SELECT ${columns.map(({ values: of }, i) => `${of[row]!.sql} AS c${i + 1}`).join(', ')}`,
    );
    return `(${selects.join(' UNION ALL ')}) AS ${this.#add(alias, named)}`;
  }

  #join({ type, left, right, on }: Extract<FromItem, { kind: 'join' }>): string {
    const before = this.#scope.sources.length;
    const leftSql = this.emit(left);
    const middle = this.#scope.sources.length;
    const rightSql = this.emit(right);
    const { sources } = this.#scope;
    if (type === 'RIGHT' || type === 'FULL') makeNullable(sources.slice(before, middle));
    if (type === 'LEFT' || type === 'FULL') makeNullable(sources.slice(middle));
    const condition =
      on === undefined ? '' : ` ON ${placeOf(this.#translation, this.#scope, this.#query).condition(on)}`;
    const rightSide = right.kind === 'join' ? `(${rightSql})` : rightSql;
    return `${leftSql} ${type} JOIN ${rightSide}${condition}`;
  }

  /** Adds a source whose columns are called c1, c2, …, and gives its alias. */
  #add(alias: string, columns: readonly OutputColumn[]): string {
    const sqlAlias = this.#translation.uniqueName();
    this.#scope.sources.push({
      alias,
      columns: columns.map(({ name, type, collation }, i) => ({ name, sql: `${sqlAlias}.c${i + 1}`, type, collation })),
    });
    return sqlAlias;
  }
}

/** Rows of a page of the sample: a page is in it with all of its rows or with none. */
const PAGE_ROWS = 100;

/** SQL Server takes pages at random, this takes every so manieth. */
function sampled(table: TableDefinition, { amount, unit }: TableSample): string {
  const from = sqliteName(table);
  const step =
    unit === 'ROWS' ? `(SELECT count(*) FROM ${from}) / ${Math.max(1, amount)}` : `${Math.floor(100 / amount)}`;
  const numbered = `SELECT *, (row_number() OVER () - 1) / ${PAGE_ROWS} AS tds_page FROM ${from}`;
  return `(SELECT * FROM (${numbered}) WHERE tds_page % max(1, ${step}) = 0)`;
}

function makeNullable(sources: readonly Source[]): void {
  for (const source of sources) source.columns = source.columns.map((each) => ({ ...each, type: nullable(each.type) }));
}

/**
 * The columns of a derived or common table by the names given to them, or their own.
 * @throws SqlServerError 8155 for one without a name, 8156 for two of one name
 */
export function namedColumns(
  { columns }: Pick<EmittedQuery, 'columns'>,
  table: string,
  names?: readonly string[],
): OutputColumn[] {
  const named = columns.map((column, i) => ({ ...column, name: names?.[i] ?? column.name }));
  const seen = new Set<string>();
  for (const [i, { name }] of named.entries()) {
    if (name === '') throw sqlError.unnamedColumn(i + 1, table);
    if (seen.has(name.toLowerCase())) throw sqlError.repeatedColumn(name, table);
    seen.add(name.toLowerCase());
  }
  return named;
}
