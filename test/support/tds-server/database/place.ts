import type { WireType } from '../../tds/wire-types.ts';
import type { Emitted, SqliteCollation } from './emitted.ts';
import type { Scope } from './scope.ts';
import type { Expression, Query } from './syntax-tree.ts';
import type { Translation } from './translation.ts';

/** A column of a query's result. */
export interface OutputColumn {
  /** Empty for an expression without an alias. */
  readonly name: string;
  readonly type: WireType;
  readonly collation?: SqliteCollation | undefined;
  /** A bare NULL: an int to the client, of no type to a UNION. */
  readonly untyped?: boolean;
}

/** A query as SQLite's SQL. Its columns are called c1, c2, … there. */
export interface EmittedQuery {
  readonly sql: string;
  readonly columns: OutputColumn[];
}

/** `exists` is a subquery whose columns nobody reads; `named` are derived tables and common tables. */
export type QueryUse = 'result' | 'subquery' | 'exists' | 'named';

export type QueryEmitter = (query: Query, outer: Scope | undefined, use: QueryUse) => EmittedQuery;

/** Where an expression stands: what its names mean, and how what is in it is translated. */
export interface Place {
  readonly translation: Translation;
  readonly scope: Scope;
  readonly query: QueryEmitter;
  /** A value. */
  readonly value: (expression: Expression) => Emitted;
  /** What WHERE, ON, HAVING and WHEN take. @throws SqlServerError 4145 for a value */
  readonly condition: (expression: Expression) => string;
}
