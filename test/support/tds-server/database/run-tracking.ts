import type { Catalog } from './catalog.ts';
import { keyColumnsOf } from './change-log.ts';
import { SqlServerError } from './sql-error.ts';
import type { Statement } from './syntax-tree.ts';
import type { TableStore } from './table-store.ts';

type Definition<Kind> = Extract<Statement, { kind: Kind }>;

/** Runs `ALTER DATABASE … SET CHANGE_TRACKING`. @throws SqlServerError 5088, 5089 or 22115 */
export function trackDatabase(statement: Definition<'databaseTracking'>, catalog: Catalog): void {
  const { tracking, state } = catalog;
  const { on, retention, autoCleanup } = statement;
  if (on === true && tracking.enabled) throw alterFailed(5088, 1, `${already(`database '${state.name}'`)}`);
  if (on !== true && !tracking.enabled) throw alterFailed(5089, on === false ? 1 : 2, databaseIsOff(state.name));
  if (on === false && tracking.tables.size > 0) throw alterFailed(22115, 1, tablesAreOn(state.name));
  if (on === true) Object.assign(tracking, { autoCleanup: true, retentionPeriod: 2, retentionUnit: 'DAYS' });
  tracking.enabled = on ?? true;
  if (retention !== undefined) {
    tracking.retentionPeriod = retention.period;
    tracking.retentionUnit = retention.unit;
  }
  if (autoCleanup !== undefined) tracking.autoCleanup = autoCleanup;
}

/** Runs `ALTER TABLE … ENABLE | DISABLE CHANGE_TRACKING`. @throws SqlServerError 1718, 4902, 4996, 4997 or 4998 */
export function trackTable({ table: name, on, tracksColumns }: Definition<'tableTracking'>, store: TableStore): void {
  const { catalog } = store;
  const table = catalog.find(name);
  if (table === undefined || table.view !== undefined || table.system) throw noTable(name.join('.'));
  const isTracked = catalog.tracking.tables.has(table);
  if (!on) {
    if (!isTracked) throw raised(4998, `Change tracking is not enabled on table '${table.name}'.`);
    store.changes.disable(table);
    return;
  }
  if (!catalog.tracking.enabled) {
    const { name: database } = catalog.state;
    throw raised(
      1718,
      `Change tracking must be enabled on database '${database}' before it can be enabled on table '${table.name}'.`,
    );
  }
  if (isTracked) throw raised(4996, already(`table '${table.name}'`));
  if (keyColumnsOf(table).length === 0) throw raised(4997, needsKey(table.name));
  store.changes.enable(table, tracksColumns, catalog.clock.utc().slice(0, 23));
}

const already = (what: string): string => `Change tracking is already enabled for ${what}.`;

const databaseIsOff = (name: string): string =>
  `Change tracking is disabled for database '${name}'. Change tracking must be enabled on a database to modify change tracking settings.`;

const tablesAreOn = (name: string): string =>
  `Change tracking is enabled for one or more tables in database '${name}'. Disable change tracking on each table before disabling it for the database. Use the sys.change_tracking_tables catalog view to obtain a list of tables for which change tracking is enabled.`;

const needsKey = (table: string): string =>
  `Cannot enable change tracking on table '${table}'. Change tracking requires a primary key on the table. Create a primary key on the table before enabling change tracking.`;

const raised = (number: number, text: string): SqlServerError => new SqlServerError(number, 16, 1, text);

const noTable = (name: string): SqlServerError =>
  raised(4902, `Cannot find the object "${name}" because it does not exist or you do not have permissions.`);

const alterFailed = (number: number, state: number, text: string): SqlServerError =>
  new SqlServerError(number, 16, state, text, [raised(5069, 'ALTER DATABASE statement failed.')]);
