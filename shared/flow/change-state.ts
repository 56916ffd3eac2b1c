import type { LandfallConfig, TableConfig } from '../config/config.ts';
import { requireSource } from '../config/require-source.ts';
import type { Clock } from '../core/clock.ts';
import { ConfigError } from '../core/errors.ts';
import type { TableState } from '../core/records.ts';
import { isNewerRun, remembered } from '../core/table-state.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { outdatedBecause } from './outdated-state.ts';

/** What an operator asks of the state of a table. */
export type StateAction =
  | { readonly by: 'get' }
  /** `watermark` is exact text, as the database writes a value of the update key. */
  | { readonly by: 'set'; readonly watermark: string }
  | { readonly by: 'reset' };

export interface StateRequest {
  readonly source: string;
  readonly table: string;
  readonly action: StateAction;
  /** True to look only: the report says what would be. */
  readonly dryRun: boolean;
}

export interface StateServices {
  readonly config: LandfallConfig;
  readonly ledger: Pick<Ledger, 'readState' | 'updateState' | 'readSchema' | 'updateSchema' | 'listRuns'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface StateReport {
  readonly source: string;
  readonly table: TableConfig;
  /** Undefined for a table that has none: it lands whole in every run, or none has landed. */
  readonly before: TableState | undefined;
  readonly after: TableState | undefined;
  /** Whether the next run begins the schema history anew. */
  readonly schemaRestarts: boolean;
  /** Why the next run lands the whole table whatever the watermark is; undefined when it does not. */
  readonly outdatedBecause: ReturnType<typeof outdatedBecause>;
}

/**
 * Reads the state of a table, sets its watermark, or resets it so that the next run lands the whole table and begins its
 * schema history anew. Either change makes void what runs at work would say of the watermark.
 * @throws ConfigError for what is not configured, and for a watermark that cannot be one; LandingError
 */
export async function changeState(request: StateRequest, services: StateServices): Promise<StateReport> {
  const { source, action, dryRun } = request;
  const table = requireTable(services.config, source, request.table);
  const standing = await services.ledger.readState(source, table.name);
  if (action.by === 'set') assertSettable(table, standing, action.watermark);
  const { before, after } = dryRun ? changed(standing, action, services) : await written(request, standing, services);
  // Behind the state: a schema that begins anew in the midst of changes would leave out columns of earlier parts.
  const schemaRestarts = await restartSchema(request, services);
  return { source, table, before, after, schemaRestarts, outdatedBecause: after && outdatedBecause(table, after) };
}

type Change = Pick<StateReport, 'before' | 'after'>;

async function written(
  { source, table, action }: StateRequest,
  standing: TableState | undefined,
  services: StateServices,
): Promise<Change> {
  let change: Change = { before: standing, after: standing };
  if (action.by === 'get') return change;
  await services.ledger.updateState(source, table, (newest) => {
    change = changed(newest, action, services);
    return change.after;
  });
  return change;
}

function changed(standing: TableState | undefined, action: StateAction, { clock }: StateServices): Change {
  if (standing === undefined || action.by === 'get') return { before: standing, after: standing };
  return { before: standing, after: operatorState(standing, action, new Date(clock.now()).toISOString()) };
}

/** What a run saw of newer update keys is forgotten: it may be of a database that is no more. */
function operatorState(standing: TableState, action: Exclude<StateAction, { by: 'get' }>, at: string): TableState {
  const watermark = action.by === 'set' ? action.watermark : null;
  return {
    ...standing,
    generation: standing.generation + 1,
    watermark,
    seen: null,
    history: remembered(standing.history, { at, by: action.by, run_id: null, watermark, full_because: null }),
  };
}

async function restartSchema(
  { source, table, action, dryRun }: StateRequest,
  { ledger }: StateServices,
): Promise<boolean> {
  if (action.by === 'reset' && !dryRun) {
    // A run that is at work by now must not begin the schema anew in place of the next one.
    const newest = (await ledger.listRuns(source)).at(-1);
    await ledger.updateSchema(source, table, (standing) => {
      if (standing === undefined) return undefined;
      const since = newest !== undefined && isNewerRun(newest, standing.run_id) ? newest : standing.run_id;
      return { ...standing, run_id: since, restarts: true };
    });
  }
  const schema = await ledger.readSchema(source, table);
  return schema !== undefined && (schema.restarts || action.by === 'reset');
}

function requireTable(config: LandfallConfig, source: string, name: string): TableConfig {
  const { tables } = requireSource(config, source);
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new ConfigError('TABLE_NOT_CONFIGURED', `Source "${source}" has no table "${name}".`, {
    remedy: `It has: ${[...tables.keys()].join(', ')}.`,
  });
}

function assertSettable(table: TableConfig, standing: TableState | undefined, watermark: string): void {
  if (table.mode === 'full-refresh') {
    throw new ConfigError('STATE_NOT_FOUND', `${table.name} has no watermark: every run lands the whole table.`, {
      remedy: 'Set its mode to incremental or change-tracking in the configuration.',
    });
  }
  if (standing === undefined) {
    throw new ConfigError('STATE_NOT_FOUND', `No run of ${table.name} has landed, so there is no watermark to set.`, {
      remedy: 'Let a run land the table first; it lands the whole of it.',
    });
  }
  if (watermark.trim() === '') {
    throw new ConfigError('WATERMARK_INVALID', `An empty watermark cannot be set for ${table.name}.`, {
      remedy: 'To land the whole table again, use landfall state reset.',
    });
  }
  if (standing.mode === 'change-tracking' && !/^\d{1,19}$/.test(watermark)) {
    throw new ConfigError('WATERMARK_INVALID', `"${watermark}" is no version of change tracking.`, {
      remedy: 'Versions are whole numbers, such as SELECT CHANGE_TRACKING_CURRENT_VERSION() gives.',
    });
  }
}
