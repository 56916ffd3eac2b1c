import * as z from 'zod';
import type { Mode, Nulls, SchemaContract } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { durationSchema } from './duration.ts';
import { distanceSchema, lagSchema } from './key-distance.ts';

// The message of each rule is the sentence that a problem shows after "allowed:".

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const MAX_KEEP_RUNS = 1_000;
export const UPDATE_KEY_RULE = 'the name of one column that grows with every change of a row, such as updated_at';
const LAG_RULE =
  'a duration such as 5m or 36h, up to 365d, for moments; a whole number, 0 or more, for numbers; or snapshot, for postgres';
const LOOKBACK_RULE =
  'a duration such as 10m or 2d, up to 365d, for moments; or a whole number, 0 or more, for numbers';
const FULL_REFRESH_RULE = 'a duration such as 36h or 7d, from 1h to 365d';
const KEEP_RUNS_RULE = `a whole number from 1 to ${MAX_KEEP_RUNS}`;

const mode = z
  .enum(['full-refresh', 'incremental', 'change-tracking'] satisfies Mode[])
  .describe(
    `How rows are chosen. full-refresh lands the whole table in every run; incremental the rows whose update_key has moved on since the last run; change-tracking, of mssql, what SQL Server's change tracking names, deleted rows too. Default: ${DEFAULTS.mode}.`,
  );

const lag = lagSchema(LAG_RULE).describe(
  'For incremental: how far a run stays behind the newest update_key, so that rows which are committed late are not skipped. A duration such as 5m for moments, a whole number for numbers; for postgres also snapshot, behind no row whose transaction still runs. A rowversion, xmin or xid8 needs none and takes none. Default: 5m for moments, 0 for numbers.',
);

const lookback = distanceSchema(LOOKBACK_RULE).describe(
  'For incremental: how far behind its last watermark a run reads again, such as 2d for moments or 1000 for numbers; rows in it land once more. Default: nothing is read again.',
);

const nulls = z
  .enum(['include-once', 'skip'] satisfies Nulls[])
  .describe(
    `For incremental: what becomes of rows without an update_key. include-once: they land when the table lands whole; skip: never. Default: ${DEFAULTS.nulls}.`,
  );

const fullRefreshEvery = durationSchema(HOUR_MS, YEAR_MS, FULL_REFRESH_RULE).describe(
  'For incremental and change-tracking: after how long the table lands whole again, such as 7d, so that deletes that its changes do not show are seen. Default: never.',
);

const keepRuns = z
  .int(KEEP_RUNS_RULE)
  .min(1, KEEP_RUNS_RULE)
  .max(MAX_KEEP_RUNS, KEEP_RUNS_RULE)
  .describe(
    'For full-refresh: how many landed runs of the table "landfall clean" keeps, the newest ones. Default: all.',
  );

const schemaContract = z
  .enum(['evolve', 'freeze'] satisfies SchemaContract[])
  .describe(
    `Whether the table's columns may change. evolve: new columns appear, dropped ones are empty, a type may become wider; freeze: a run fails when any column changed. Default: ${DEFAULTS.schemaContract}.`,
  );

/** The column by which an incremental table sees what changed. */
export const updateKeySchema = z
  .string(UPDATE_KEY_RULE)
  .regex(/^(?=.*\S)[^\r\n\0]+$/, UPDATE_KEY_RULE)
  .describe(
    'For incremental: the column that grows with every change of a row: a timestamp, a number, a rowversion of mssql, or, for postgres, xmin of a whole table.',
  );

/** Which rows of a table land, and what may become of its columns. All of it may stand in `defaults` too. */
export const changeShape = {
  mode: mode.optional(),
  lag: lag.optional(),
  lookback: lookback.optional(),
  nulls: nulls.optional(),
  full_refresh_every: fullRefreshEvery.optional(),
  keep_runs: keepRuns.optional(),
  schema_contract: schemaContract.optional(),
};
