import type { Schema } from 'apache-arrow';
import { ConsistencyError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import { safeSegment } from '../core/object-key.ts';
import type { LandedColumn, PartRecord } from '../core/records.ts';
import { schemaHash } from '../core/schema-hash.ts';
import { assertIntact, type FoundObject, type WrittenBytes } from '../landing/landing.ts';
import type { TableStream } from '../source/source.ts';
import { commitTable, publishCommit } from './commit-table.ts';
import { type Extraction, type ExtractionOutcome, prepareExtraction } from './extraction.ts';
import { openTable } from './open-table.ts';
import { peekRows, RowMeter } from './row-meter.ts';
import type { ExtractServices, Log } from './services.ts';

/**
 * Lands one table of one run: reads it, writes its object whole, commits its manifest. Safe to call any number of
 * times, at once or after a crash: the first attempt to complete the object wins, the others adopt it.
 * @throws LandfallError, whose verdict says what becomes of the message.
 */
export async function extractTable(
  message: TableMessage,
  attempt: number,
  services: ExtractServices,
  signal: AbortSignal,
  log: Log,
): Promise<ExtractionOutcome> {
  const committed = await services.ledger.readManifest(message);
  if (committed !== undefined) {
    await publishCommit(committed, services);
    return { status: 'superseded' };
  }
  const extraction = await prepareExtraction(message, attempt, services);
  const standing = await services.landing.find(extraction.key);
  if (standing !== undefined) {
    log.warn('The object stands already; adopting it', { key: extraction.key });
    return await adopt(extraction, standing, services);
  }
  const opened = await openTable(extraction.source, extraction.table, services, signal, log);
  try {
    return await landStream(extraction, opened.stream, services, signal, log);
  } finally {
    await opened.source.close();
  }
}

async function landStream(
  extraction: Extraction,
  stream: TableStream,
  services: ExtractServices,
  signal: AbortSignal,
  log: Log,
): Promise<ExtractionOutcome> {
  const { message, encoder, planned } = extraction;
  const startedAtMs = services.clock.now();
  const columns = landedColumns(stream.schema);
  const meter = new RowMeter((rows, bytes) =>
    services.onProgress({
      status: 'reading',
      source: message.source,
      table: message.table,
      runId: message.runId,
      rows,
      bytes,
    }),
  );
  const peeked = await peekRows(stream.batches);
  if (peeked.empty && planned.on_empty === 'skip') {
    assertWhole(0, stream);
    return await commitTable(extraction, { columns, primaryKey: stream.primaryKey, parts: [] }, services);
  }
  const partOf = (written: WrittenBytes): PartRecord => ({
    version: 1,
    key: extraction.key,
    attempt_id: extraction.attemptId,
    chunk: message.chunk,
    sequence: message.sequence,
    rows: meter.rows,
    bytes: written.bytes,
    checksum_crc32: written.checksumCrc32,
    schema_hash: schemaHash(columns),
    columns,
    primary_key: stream.primaryKey,
    started_at: new Date(startedAtMs).toISOString(),
    read_seconds: (services.clock.now() - startedAtMs) / 1000,
  });
  let part: PartRecord | undefined;
  const outcome = await services.landing.land(
    objectRequest(extraction, columns),
    meter.countBytes(encoder.encode(stream.schema, meter.countRows(peeked.batches))),
    async (written) => {
      assertWhole(meter.rows, stream);
      part = partOf(written);
      await services.ledger.recordPart(message, part);
    },
    signal,
  );
  if (outcome.status === 'superseded') {
    log.warn('Another attempt completed the object first; adopting it', { key: extraction.key });
    return await adopt(extraction, outcome.by, services);
  }
  const parts = part === undefined ? [] : [part];
  return await commitTable(extraction, { columns, primaryKey: stream.primaryKey, parts }, services);
}

/** Goes on behind an object that some attempt completed: its record says what is in it. */
async function adopt(
  extraction: Extraction,
  found: FoundObject,
  services: ExtractServices,
): Promise<ExtractionOutcome> {
  const { message, key } = extraction;
  const part =
    found.attemptId === ''
      ? undefined
      : await services.ledger.readPart(message, message.chunk, message.sequence, found.attemptId);
  if (part === undefined) {
    throw new ConsistencyError('FOREIGN_OBJECT', `An object that no attempt of Landfall recorded stands at ${key}.`, {
      retry: 'permanent',
      remedy: 'Find out who wrote it, move it away, then replay the table.',
    });
  }
  assertIntact(key, found, { bytes: part.bytes, checksumCrc32: part.checksum_crc32 });
  return await commitTable(
    extraction,
    { columns: part.columns, primaryKey: part.primary_key, parts: [part] },
    services,
  );
}

function objectRequest(extraction: Extraction, columns: readonly LandedColumn[]) {
  const { message, key, attemptId, encoder } = extraction;
  return {
    key,
    attemptId,
    contentType: encoder.contentType,
    metadata: {
      'landfall-source': encodeURIComponent(message.source),
      'landfall-table': encodeURIComponent(safeSegment(message.table)),
      'landfall-run': message.runId,
      'landfall-schema-hash': schemaHash(columns),
    },
  };
}

function landedColumns(schema: Schema): LandedColumn[] {
  return schema.fields.map((field) => ({
    name: field.name,
    source_type: field.metadata.get('landfall.source_type') ?? '',
    landed_type: String(field.type),
  }));
}

/** @throws ConsistencyError unless the server counted as many rows as were decoded. */
function assertWhole(decodedRows: number, stream: TableStream): void {
  const serverRows = stream.serverRowCount();
  if (serverRows === decodedRows) return;
  throw new ConsistencyError('ROW_COUNT_DIFFERS', `The server sent ${serverRows} rows; ${decodedRows} were decoded.`, {
    remedy: 'Replay the table; when it happens again, report it with the table definition.',
  });
}
