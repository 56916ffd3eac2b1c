import type { KeyValues } from '../../../shared/core/key.ts';
import type { Collation } from '../database/collation.ts';
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
}
