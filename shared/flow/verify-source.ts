import type { SourceConfig, TableConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { asLandfallError, ConsistencyError } from '../core/errors.ts';
import type { TableManifest } from '../core/records.ts';
import { schemaChange } from '../core/schema-change.ts';
import { addLandedRows, addSourceRows } from '../format/read-back/read-back.ts';
import { RowChecksum } from '../format/read-back/row-checksum.ts';
import type { PartReader } from '../landing/part-reader.ts';
import type { Source, TableStream } from '../source/source.ts';
import { landedColumns } from './landed-columns.ts';
import { openTable, queryHash, queryOf } from './open-table.ts';
import { readWindow } from './plan-window.ts';
import type { ExtractServices, Log } from './services.ts';
import { amount, kindOf, landedFile } from './verify-part.ts';
import type { Problem, SourceComparison } from './verify-report.ts';

export interface CompareServices {
  readonly parts: PartReader;
  readonly openSource: ExtractServices['openSource'];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export interface Compared {
  readonly comparison?: SourceComparison;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * Compares the rows that a run landed with those that its query gives now: their number, and a checksum of them in any order.
 * What changed in the database meanwhile differs too. The landed objects must have been found whole.
 * @throws LandingError when they cannot be read; whatever the database refuses is a problem of the result
 */
export async function compareWithSource(
  manifest: TableManifest,
  source: SourceConfig,
  services: CompareServices,
  signal: AbortSignal,
): Promise<Compared> {
  const table = source.tables.get(manifest.table);
  const obstacle = obstacleTo(manifest, table);
  if (table === undefined || obstacle !== undefined) return noted(`Not compared with the database: ${obstacle}`);
  const comparedAt = new Date(services.clock.now()).toISOString();
  const found = await sourceRows(manifest, source, table, services, signal);
  if (!(found instanceof RowChecksum)) return { problems: [found], notes: [] };
  const landed = await landedRows(manifest, services, signal);
  const comparison: SourceComparison = {
    runId: manifest.run_id,
    landedAt: manifest.committed_at,
    comparedAt,
    landedRows: landed.rows,
    sourceRows: found.rows,
    landedChecksum: landed.toString(),
    sourceChecksum: found.toString(),
  };
  return { comparison, problems: differencesOf(comparison), notes: [] };
}

function noted(note: string): Compared {
  return { problems: [], notes: [note] };
}

function obstacleTo({ window, query_hash: hash }: TableManifest, table: TableConfig | undefined): string | undefined {
  if (table === undefined) return 'the configuration does not have the table any more.';
  if (window?.mode === 'change-tracking') {
    return 'a run of change tracking lands changes, which the database does not keep as they were.';
  }
  if (hash !== undefined && hash !== queryHash(table)) {
    return 'the configuration asks for other rows or columns than the run did.';
  }
  return undefined;
}

async function landedRows(
  manifest: TableManifest,
  { parts }: CompareServices,
  signal: AbortSignal,
): Promise<RowChecksum> {
  const checksum = new RowChecksum();
  for (const { key } of manifest.parts) {
    const found = await parts.find(key, signal);
    if (found === undefined) {
      throw new ConsistencyError('OBJECT_VANISHED', `${key} was there and is gone.`, { retry: 'permanent' });
    }
    await addLandedRows(kindOf(manifest), landedFile(found, parts, signal), checksum);
  }
  return checksum;
}

/** All rows of the run's query in one statement, in whatever order is the cheapest. */
async function sourceRows(
  manifest: TableManifest,
  source: SourceConfig,
  table: TableConfig,
  services: CompareServices,
  signal: AbortSignal,
): Promise<RowChecksum | Problem> {
  const query = queryOf(table, [], {}, readWindow(manifest.window));
  const open = (database: Source) => database.open(query, signal);
  try {
    const { source: database, opened } = await openTable(source, table, services, open, services.log);
    try {
      const change = schemaChange(manifest.columns, landedColumns(opened.schema));
      if (change !== undefined) return sourceDiffers(`The columns changed since run ${manifest.run_id}: ${change}.`);
      return await checksumOf(manifest, opened);
    } finally {
      await database.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    const { code, message } = asLandfallError(thrown);
    return { kind: 'source-unreadable', message: `The database cannot be read: ${code}: ${message}` };
  }
}

async function checksumOf(manifest: TableManifest, stream: TableStream): Promise<RowChecksum> {
  const checksum = new RowChecksum();
  await addSourceRows(kindOf(manifest).format, stream.schema, stream.batches, checksum);
  if (checksum.rows === stream.serverRowCount()) return checksum;
  throw new ConsistencyError(
    'ROW_COUNT_DIFFERS',
    `The server sent ${stream.serverRowCount()} rows; ${checksum.rows} were decoded.`,
  );
}

function differencesOf({ runId, landedAt, ...compared }: SourceComparison): Problem[] {
  const since = `Run ${runId} landed them at ${landedAt}; what changed in the database since differs too.`;
  const { landedRows: landed, sourceRows: now } = compared;
  if (landed !== now) {
    return [sourceDiffers(`${amount(landed, 'row')} landed; the database has ${amount(now, 'row')} now. ${since}`)];
  }
  if (compared.landedChecksum === compared.sourceChecksum) return [];
  const sums = `checksum ${compared.landedChecksum}, now ${compared.sourceChecksum}`;
  return [sourceDiffers(`As many rows as landed, ${amount(now, 'row')}, but not the same: ${sums}. ${since}`)];
}

function sourceDiffers(message: string): Problem {
  return { kind: 'source-differs', message };
}
