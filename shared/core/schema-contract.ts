import { ConsistencyError } from './errors.ts';
import { isWhole } from './latest-view.ts';
import type { LandedColumn, SchemaHistory, SchemaVersion, TableManifest } from './records.ts';
import { columnTypeText, schemaChange } from './schema-change.ts';
import { isNewerRun } from './table-state.ts';
import { widerType } from './wider-type.ts';

/** Versions of a table's schema that are remembered. */
export const SCHEMA_HISTORY_LIMIT = 100;

export interface MergedColumns {
  /** The standing columns in their order, new ones behind them, each in the type that holds all of its values. */
  readonly columns: readonly LandedColumn[];
  /** A clause for each column of which no type holds all values; it has its new type then. Empty for none. */
  readonly conflicts: readonly string[];
}

/** What readers need to see parts of both schemas as one table. A column keeps its type of the source as found last. */
export function mergeColumns(standing: readonly LandedColumn[], found: readonly LandedColumn[]): MergedColumns {
  const after = new Map(found.map((column) => [column.name, column]));
  const known = new Set(standing.map(({ name }) => name));
  const conflicts: string[] = [];
  const merged = standing.map((before) => {
    const column = after.get(before.name) ?? before;
    const landedType = widerType(before.landed_type, column.landed_type);
    if (landedType !== undefined) return { ...column, landed_type: landedType };
    conflicts.push(`column "${column.name}" was ${columnTypeText(before)} and is ${columnTypeText(column)}`);
    return column;
  });
  return { columns: [...merged, ...found.filter(({ name }) => !known.has(name))], conflicts };
}

/**
 * What the table's contract says to the columns of a run, before the first row of it is landed. There is nothing to say to
 * the first run, and none after `landfall state reset`.
 * @throws ConsistencyError (permanent) SCHEMA_FROZEN for any change, SCHEMA_INCOMPATIBLE for columns of which no type holds
 *   old and new values; both name the columns and their types.
 */
export function assertSchemaContract(
  table: string,
  contract: 'evolve' | 'freeze',
  history: SchemaHistory | undefined,
  found: readonly LandedColumn[],
): void {
  if (history === undefined || history.restarts) return;
  if (contract === 'freeze') assertUnchanged(table, history, found);
  else assertCompatible(table, history, found);
}

function assertUnchanged(table: string, history: SchemaHistory, found: readonly LandedColumn[]): void {
  const change = schemaChange(newestColumns(history), found);
  if (change === undefined) return;
  throw new ConsistencyError(
    'SCHEMA_FROZEN',
    `The schema of ${table} changed since run ${history.run_id}, and its contract is to freeze: ${change}.`,
    {
      retry: 'permanent',
      remedy:
        'Undo the change in the database, or allow it with `schema_contract: evolve`. ' +
        `\`landfall state reset --table ${table}\` begins the schema anew.`,
    },
  );
}

function assertCompatible(table: string, history: SchemaHistory, found: readonly LandedColumn[]): void {
  const { conflicts } = mergeColumns(history.columns, found);
  if (conflicts.length === 0) return;
  throw new ConsistencyError(
    'SCHEMA_INCOMPATIBLE',
    `No type holds both what has landed of ${table} and what it has now: ${conflicts.join('; ')}.`,
    {
      retry: 'permanent',
      remedy:
        `Begin the schema anew with \`landfall state reset --table ${table}\`, after which all of the table lands; ` +
        'or cast the column to its old type in a custom `sql`, or undo the change in the database.',
    },
  );
}

/**
 * The schema of a table once a run of it has landed; undefined when that says nothing new: the columns are those of the
 * newest version, or the run is not newer than the one that changed them last.
 */
export function nextSchema(
  standing: SchemaHistory | undefined,
  landed: Pick<TableManifest, 'source' | 'table' | 'run_id' | 'columns' | 'window'> & Pick<SchemaVersion, 'at'>,
): SchemaHistory | undefined {
  const { source, table, run_id, at, columns } = landed;
  if (!isNewerRun(run_id, standing?.run_id)) return undefined;
  // Behind changes stand parts of earlier runs, whose columns readers still need.
  const begins = standing === undefined || (standing.restarts && isWhole(landed));
  const change = begins ? null : schemaChange(newestColumns(standing), columns);
  if (change === undefined) return undefined;
  return {
    version: 1,
    source,
    table,
    run_id,
    columns: begins ? columns : mergeColumns(standing.columns, columns).columns,
    restarts: !begins && standing.restarts,
    history: [...(standing?.history ?? []), { run_id, at, columns, change }].slice(-SCHEMA_HISTORY_LIMIT),
  };
}

/** The columns of the newest run that changed them, without those that had been dropped by then. */
function newestColumns({ columns, history }: SchemaHistory): readonly LandedColumn[] {
  return history.at(-1)?.columns ?? columns;
}
