import type { SourceConfig, TableConfig } from '../config/config.ts';
import { asLandfallError } from '../core/errors.ts';
import type { LandedColumn, SchemaHistory } from '../core/records.ts';
import { schemaChange } from '../core/schema-change.ts';
import { assertSchemaContract } from '../core/schema-contract.ts';
import type { CatalogTable, Source, TableDescription } from '../source/source.ts';
import { type CheckedColumn, checkedColumns, columnFindings } from './check-columns.ts';
import { type Finding, findingOf } from './check-finding.ts';
import { updateKeyFindings } from './check-update-key.ts';
import { landedColumns } from './landed-columns.ts';
import { queryOf } from './open-table.ts';

/** How one table would be read and land. */
export interface TableCheck {
  readonly table: string;
  readonly findings: readonly Finding[];
  /** Undefined when the database refused to describe it. */
  readonly reading: TableReading | undefined;
}

export interface TableReading extends Pick<TableDescription, 'key' | 'keyFrom' | 'order' | 'rows' | 'bytes'> {
  readonly columns: readonly CheckedColumn[];
}

export interface TableSubject {
  readonly config: SourceConfig;
  readonly table: TableConfig;
  readonly source: Source;
  /** As the catalog has it; undefined for a custom `sql`, and for what was not found there. */
  readonly listed: CatalogTable | undefined;
  /** Undefined before the first run, and where the ledger cannot be read. */
  readonly history: SchemaHistory | undefined;
}

/** Columns that change tracking lands before those of the table. */
const TRACKING_COLUMNS = ['_op', '_version'];

/**
 * Says of a table what a run would refuse, lose or take long for. No row is read.
 * @throws LandfallError when the database refuses to describe it
 */
export async function checkTable(subject: TableSubject, signal: AbortSignal): Promise<TableCheck> {
  const { config, table, source } = subject;
  const query = queryOf(table, undefined, {});
  const description = await source.describe(query, signal);
  const columns = landedColumns(description.schema);
  const isHidden = table.updateKey !== undefined && !columns.some(({ name }) => name === table.updateKey);
  // The update key need not land.
  const all =
    isHidden && table.select.length > 0
      ? landedColumns((await source.describe({ ...query, select: [] }, signal)).schema)
      : columns;
  return {
    table: table.name,
    findings: [
      ...columnFindings(table, description),
      ...orderFindings(config, table, description),
      ...updateKeyFindings(table, config.dialect, all),
      ...trackingFindings(subject, description, columns),
      ...contractFindings(subject, columns),
    ],
    reading: { ...description, columns: checkedColumns(description) },
  };
}

function orderFindings(config: SourceConfig, table: TableConfig, description: TableDescription): Finding[] {
  const { key, order } = description;
  if (key.length === 0) {
    const findings: Finding[] = [{ severity: 'warning', code: 'no-key', ...WITHOUT_KEY }];
    if (table.chunks !== undefined) {
      const message = 'chunk_count and chunk_size are not used, as chunks are ranges of a key';
      findings.push({ severity: 'warning', code: 'chunks-unused', message });
    }
    return findings;
  }
  if (order !== 'sort') return [];
  const where = config.dialect === 'mssql' ? 'in tempdb' : 'in temporary files';
  return [
    {
      severity: 'warning',
      code: 'order-by-sort',
      message: `no index serves the order by the key: the server sorts all rows ${where} for each part`,
      remedy: 'Make an index on the columns of the key, or name others as `primary_key`.',
    },
  ];
}

const WITHOUT_KEY = {
  message: 'no key: all rows land in one file, in one Lambda invocation of up to 15 minutes',
  remedy: 'Name columns that are unique together and never null as `primary_key`.',
};

function trackingFindings(
  { table, listed }: TableSubject,
  { primaryKey }: TableDescription,
  columns: readonly LandedColumn[],
): Finding[] {
  if (table.mode !== 'change-tracking') return [];
  const findings: Finding[] = [];
  if (listed?.changeTracking === false) {
    findings.push({
      severity: 'error',
      code: 'CHANGE_TRACKING_OFF',
      message: `Change tracking is not enabled for ${table.name}.`,
      remedy: 'Let a database administrator enable it: ALTER TABLE … ENABLE CHANGE_TRACKING; or choose another mode.',
    });
  }
  if (primaryKey.length === 0) {
    findings.push({
      severity: 'error',
      code: 'KEY_UNUSABLE',
      message: `The primary key of ${table.name}, by which deleted rows land, is not there or not selected.`,
      remedy: 'Name all columns of the primary key in `select`.',
    });
  }
  const taken = columns.find(({ name }) => TRACKING_COLUMNS.includes(name.toLowerCase()));
  if (taken !== undefined) {
    findings.push({
      severity: 'error',
      code: 'COLUMN_NAME_TAKEN',
      column: taken.name,
      message: `${table.name} has a column "${taken.name}", a name that change tracking needs for its own.`,
      remedy: `Leave the column out: \`select: ["-${taken.name}"]\`, or rename it in the database.`,
    });
  }
  return findings;
}

/** What the runs before allow the columns to be. */
function contractFindings({ table, history }: TableSubject, found: readonly LandedColumn[]): Finding[] {
  if (history === undefined || history.restarts) return [];
  const standing = table.mode === 'change-tracking' ? withoutTracking(history) : history;
  try {
    assertSchemaContract(table.name, table.schemaContract, standing, found);
  } catch (thrown) {
    return [findingOf(asLandfallError(thrown))];
  }
  const change = schemaChange(standing.history.at(-1)?.columns ?? standing.columns, found);
  if (change === undefined) return [];
  const message = `since run ${history.run_id} ${change}`;
  return [{ severity: 'warning', code: 'schema-evolves', message }];
}

function withoutTracking(history: SchemaHistory): SchemaHistory {
  const own = (columns: readonly LandedColumn[]) => columns.filter(({ name }) => !TRACKING_COLUMNS.includes(name));
  return {
    ...history,
    columns: own(history.columns),
    history: history.history.map((version) => ({ ...version, columns: own(version.columns) })),
  };
}
