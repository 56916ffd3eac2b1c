import type { LandfallConfig, SourceConfig, TableConfig } from '../config/config.ts';
import { renderFolder } from '../core/object-key.ts';
import type { PlannedTable } from '../core/records.ts';
import { runIdOf } from '../core/run-id.ts';

/** What a run's plan says of a table: where and how it lands, as the configuration has it when the run is planned. */
export function planTable(
  config: LandfallConfig,
  source: SourceConfig,
  table: TableConfig,
  scheduledTimeMs: number,
): PlannedTable {
  const folder = renderFolder(table.object, {
    source: source.name,
    schema: table.schema,
    table: table.table,
    runId: runIdOf(scheduledTimeMs),
    scheduledTimeMs,
  });
  return {
    table: table.name,
    folder: `${config.target.prefix}${folder}`,
    format: table.format,
    compression: table.compression,
    on_empty: table.onEmpty,
    ...(table.chunks !== undefined && { chunks: table.chunks }),
  };
}
