import type { LandfallConfig, SourceConfig, TableConfig } from '../../../shared/config/config.ts';
import { DEPLOY, sourceConfig } from '../../support/source-config.ts';
import { UPDATE_KEY } from '../database/update-key.ts';
import type { Scenario, TableScenario } from './scenario.ts';

export const SOURCE = 'shop';
export const BUCKET = 'lake';
export const PREFIX = 'raw/';
export const QUEUE = 'shop-queue';
export const DEAD_LETTER_QUEUE = 'shop-queue-dead';

/** The configuration of the simulated fleet, with limits that are smaller than the schema of the file allows. */
export function configOf(scenario: Scenario): LandfallConfig {
  return {
    target: { bucket: BUCKET, prefix: PREFIX },
    alerts: { topic: 'alerts', emails: [], on: scenario.alertsOn },
    deploy: DEPLOY,
    sources: new Map([[SOURCE, sourceOf(scenario)]]),
  };
}

function sourceOf({ tables, maxConcurrency }: Scenario): SourceConfig {
  return sourceConfig({
    name: SOURCE,
    maxConcurrency,
    stallTimeoutMs: 300_000,
    maxValueBytes: 1_000_000,
    tables: new Map(tables.map((table) => [table.name, tableOf(table)])),
  });
}

function tableOf(table: TableScenario): TableConfig {
  return {
    name: table.name,
    schema: undefined,
    table: table.name,
    sql: table.isCustomSql ? `select * from ${table.name}` : undefined,
    select: [],
    where: undefined,
    primaryKey: table.keyFrom === 'configuration' ? table.collations.map((_, index) => `k${index + 1}`) : [],
    ...changesOf(table),
    lag: undefined,
    keepRuns: undefined,
    format: table.format,
    compression: 'none',
    object: table.sharesFolder ? `{source}/{table}/` : `{source}/{table}/run_id={run_id}/`,
    onEmpty: table.onEmpty,
    fileMaxBytes: table.fileMaxBytes,
    fileMaxRows: table.fileMaxRows,
    chunks: table.chunks,
    overlap: table.overlap,
    dueWithinMs: undefined,
    temporal: 'micros',
    disabled: false,
    tags: [],
  };
}

function changesOf({ incremental }: TableScenario) {
  const { lookback, fullRefreshEveryMs, nulls = 'include-once', schemaContract = 'evolve' } = incremental ?? {};
  return {
    mode: incremental === undefined ? 'full-refresh' : 'incremental',
    updateKey: incremental && UPDATE_KEY,
    lookback: lookback === undefined ? undefined : { values: lookback },
    fullRefreshEveryMs,
    nulls,
    schemaContract,
  } as const;
}
