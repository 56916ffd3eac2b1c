import type { WireType } from '../../tds/wire-types.ts';
import type { RetentionUnit } from './change-tracking.ts';

/** A name of one to four parts as written: server, database, schema, object. */
export type ObjectName = readonly string[];

export type Expression =
  | { kind: 'literal'; type: WireType | undefined; text: string | null }
  | { kind: 'variable'; name: string }
  | { kind: 'column'; qualifier: ObjectName; name: string }
  | { kind: 'call'; name: string; args: Expression[]; distinct: boolean; star: boolean; over?: Window }
  | { kind: 'convert'; type: WireType; value: Expression; style?: Expression; lenient: boolean }
  | { kind: 'unary'; operator: '-' | '+' | '~'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'case'; subject?: Expression; branches: { when: Expression; result: Expression }[]; otherwise?: Expression }
  | { kind: 'subquery'; query: Query }
  | { kind: 'collate'; value: Expression; collation: string }
  | Predicate;

export type Predicate =
  | { kind: 'compare'; operator: string; left: Expression; right: Expression }
  | { kind: 'logic'; operator: 'AND' | 'OR'; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression }
  | { kind: 'in'; value: Expression; among: Expression[] | Query; negated: boolean }
  | { kind: 'between'; value: Expression; low: Expression; high: Expression; negated: boolean }
  | { kind: 'like'; value: Expression; pattern: Expression; escape?: Expression; negated: boolean }
  | { kind: 'isNull'; value: Expression; negated: boolean }
  | { kind: 'exists'; query: Query };

export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
}

export interface Window {
  readonly partition: Expression[];
  readonly order: OrderItem[];
}

export type SelectItem =
  | { kind: 'star'; qualifier: ObjectName }
  | { kind: 'value'; value: Expression; alias?: string }
  | { kind: 'assign'; variable: string; value: Expression };

/** TABLESAMPLE: about so many rows, or so many of a hundred. */
export interface TableSample {
  readonly amount: number;
  readonly unit: 'ROWS' | 'PERCENT';
}

export type FromItem =
  | { kind: 'table'; name: ObjectName; alias?: string; sample?: TableSample; hints: string[] }
  | { kind: 'derived'; query: Query; alias: string; columns?: string[] }
  | { kind: 'rows'; rows: Expression[][]; alias: string; columns: string[] }
  | { kind: 'function'; name: ObjectName; args: Expression[]; alias?: string; columns?: string[] }
  | {
      kind: 'changes';
      table: ObjectName;
      after: Extract<Expression, { kind: 'literal' | 'variable' }>;
      alias?: string;
      columns?: string[];
    }
  | {
      kind: 'join';
      type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      left: FromItem;
      right: FromItem;
      on?: Expression;
    };

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly top?: { count: Expression; percent: boolean };
  readonly items: SelectItem[];
  readonly from: FromItem[];
  readonly where?: Expression;
  readonly groupBy: Expression[];
  readonly having?: Expression;
}

export type QueryBody =
  | Select
  | { kind: 'set'; operator: 'UNION' | 'UNION ALL' | 'EXCEPT' | 'INTERSECT'; left: QueryBody; right: QueryBody };

export interface CommonTable {
  readonly name: string;
  readonly columns?: string[];
  readonly query: Query;
}

export interface Query {
  readonly tables: CommonTable[];
  readonly body: QueryBody;
  readonly order: OrderItem[];
  readonly offset?: Expression;
  readonly fetch?: Expression;
}

/** The columns of a key or an index, in its order. */
export interface IndexedColumns {
  readonly columns: string[];
  /** Those of them that it has from the greatest to the least. */
  readonly descending: string[];
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: WireType;
  readonly nullable?: boolean;
  readonly collation?: string;
  readonly identity: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  /** Of its key; undefined when it does not say. */
  readonly clustered?: boolean;
  readonly default?: Expression;
}

export interface KeyDefinition extends IndexedColumns {
  readonly kind: 'primary' | 'unique';
  readonly name?: string;
  /** Undefined when it does not say. */
  readonly clustered?: boolean;
}

export interface IndexDefinition extends IndexedColumns {
  readonly kind: 'createIndex';
  readonly name: string;
  readonly table: ObjectName;
  readonly included: string[];
  readonly unique: boolean;
  readonly clustered: boolean;
  readonly where?: Expression;
}

export type Statement = { readonly line: number } & (
  | { kind: 'query'; query: Query }
  | { kind: 'option'; name: string; value: string }
  | { kind: 'use'; database: string }
  | { kind: 'declare'; variables: { name: string; type: WireType; value?: Expression }[] }
  | { kind: 'assign'; name: string; value: Expression }
  | { kind: 'if'; condition: Expression; met: Statement; otherwise?: Statement }
  | { kind: 'block'; statements: Statement[] }
  | { kind: 'print'; value: Expression }
  | { kind: 'transaction'; action: 'begin' | 'commit' | 'rollback' | 'save' }
  | { kind: 'raise'; number: number; severity: number; state: number; message: Expression }
  | { kind: 'execute'; procedure: ObjectName; args: { name?: string; value: Expression }[] }
  | { kind: 'wait'; delayMs: number }
  | { kind: 'insert'; table: ObjectName; columns?: string[]; source: Query | { rows: Expression[][] } }
  | {
      kind: 'update';
      table: ObjectName;
      set: { column: string; value: Expression }[];
      from: FromItem[];
      where?: Expression;
    }
  | { kind: 'delete'; table: ObjectName; where?: Expression }
  | { kind: 'truncate'; table: ObjectName }
  | { kind: 'createTable'; table: ObjectName; columns: ColumnDefinition[]; keys: KeyDefinition[] }
  | IndexDefinition
  | { kind: 'createView'; view: ObjectName; query: Query }
  | { kind: 'createSchema'; name: string }
  | { kind: 'drop'; what: 'TABLE' | 'VIEW' | 'INDEX' | 'SCHEMA'; name: ObjectName; ifExists: boolean; on?: ObjectName }
  | { kind: 'addColumns'; table: ObjectName; columns: ColumnDefinition[] }
  | { kind: 'dropColumns'; table: ObjectName; names: string[] }
  | { kind: 'alterColumn'; table: ObjectName; column: ColumnDefinition }
  | { kind: 'alterDatabase'; option: string; on: boolean }
  | {
      kind: 'databaseTracking';
      /** Undefined to change the options alone. */
      on?: boolean;
      retention?: { period: number; unit: RetentionUnit };
      autoCleanup?: boolean;
    }
  | { kind: 'tableTracking'; table: ObjectName; on: boolean; tracksColumns: boolean }
);
