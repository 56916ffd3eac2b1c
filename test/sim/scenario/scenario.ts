import type { KeyValues } from '../../../shared/core/key.ts';
import type { Collation } from '../database/collation.ts';
import type { BoundBy } from '../database/update-key.ts';
import type { PlannedFault } from '../world/faults.ts';

/** One table and what the configuration says of it. */
export interface TableScenario {
  readonly name: string;
  /** One collation for each key column. */
  readonly collations: readonly Collation[];
  readonly keys: readonly KeyValues[];
  /** Where the key is known from; `none` is a table that is read in one piece. */
  readonly keyFrom: 'catalog' | 'configuration' | 'none';
  readonly isCustomSql: boolean;
  readonly consistency: 'snapshot' | 'statement';
  readonly batchRows: number;
  readonly batchMs: number;
  readonly format: 'csv' | 'jsonl';
  readonly onEmpty: 'skip' | 'write';
  readonly fileMaxRows: number | undefined;
  readonly fileMaxBytes: number;
  readonly chunks: { readonly count: number } | { readonly rows: number } | undefined;
  readonly overlap: 'skip' | 'queue';
  /** True when every run lands in the same folder. */
  readonly sharesFolder: boolean;
  /** Undefined for a table that always lands whole. */
  readonly incremental: IncrementalScenario | undefined;
}

/** How a table lands its changes. */
export interface IncrementalScenario {
  readonly boundBy: BoundBy;
  /** In versions. */
  readonly lookback: number | undefined;
  readonly fullRefreshEveryMs: number | undefined;
  readonly nulls: 'include-once' | 'skip';
  /** Every how many-th new row has no update key; undefined for none. */
  readonly nullEvery: number | undefined;
  readonly schemaContract: 'evolve' | 'freeze';
}

/** What somebody does to a table, whatever the fleet does meanwhile. */
export interface DataChange {
  readonly table: string;
  /** From the beginning of the world. */
  readonly atMs: number;
  /** `rows`: some deleted, some renewed, some added. `emptied`: all deleted. `restarted`: truncated, with versions anew. */
  readonly kind: 'rows' | 'emptied' | 'restarted';
  /** How long a change of rows has its versions before it can be seen. */
  readonly commitAfterMs?: number;
  /** Whether all of its rows get the same version. */
  readonly oneVersion?: boolean;
}

/** A state that an operator resets, or sets back. */
export interface StateScenario {
  readonly table: string;
  readonly atMs: number;
  readonly by: 'set' | 'reset';
}

/** One scheduled run. */
export interface RunScenario {
  /** Both from the beginning of the world; a run may start long after its time. */
  readonly scheduledMs: number;
  readonly startsMs: readonly number[];
}

/** Everything that is decided before the world begins. The seed decides the rest: times on the way, and orders. */
export interface Scenario {
  readonly seed: number;
  readonly tables: readonly TableScenario[];
  readonly runs: readonly RunScenario[];
  readonly maxConcurrency: number;
  readonly sliceBytes: number;
  readonly alertsOn: 'failure' | 'always';
  /** When an operator replays dead letters while the faults still strike. */
  readonly replaysMs: readonly number[];
  readonly faults: readonly PlannedFault[];
  readonly dataChanges: readonly DataChange[];
  readonly stateChanges: readonly StateScenario[];
}
