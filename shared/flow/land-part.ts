import type { RecordBatch } from 'apache-arrow';
import { ConsistencyError } from '../core/errors.ts';
import type { Consistency, LandedColumn, PartRecord } from '../core/records.ts';
import { schemaHash } from '../core/schema-hash.ts';
import type { LandingOutcome, ObjectRequest, WrittenBytes } from '../landing/landing.ts';
import type { TableStream } from '../source/source.ts';
import type { Extraction } from './extraction.ts';
import { RowMeter } from './row-meter.ts';
import type { ExtractServices } from './services.ts';

/** What is known of a table's content before its rows are read. */
export interface TableShape {
  readonly columns: readonly LandedColumn[];
  readonly primaryKey: readonly string[];
  readonly consistency: Consistency;
}

export interface LandedPart {
  readonly outcome: LandingOutcome;
  readonly part: PartRecord | undefined;
}

/**
 * Encodes and uploads one part. Before it can be seen, the rows are compared with the server's count and the part's
 * record is written, so that whoever finds the object knows what is in it.
 */
export async function landPart(
  extraction: Extraction,
  shape: TableShape,
  stream: TableStream,
  batches: AsyncIterable<RecordBatch>,
  services: ExtractServices,
  signal: AbortSignal,
): Promise<LandedPart> {
  const { message, encoder } = extraction;
  const startedAtMs = services.clock.now();
  const { source, table, runId } = message;
  const meter = new RowMeter((rows, bytes) =>
    services.onProgress({ status: 'reading', source, table, runId, rows, bytes }),
  );
  let part: PartRecord | undefined;
  const outcome = await services.landing.land(
    objectRequest(extraction, shape),
    meter.countBytes(encoder.encode(stream.schema, meter.countRows(batches))),
    async (written) => {
      assertWhole(meter.rows, stream);
      const seconds = (services.clock.now() - startedAtMs) / 1000;
      const content = { rows: meter.rows, lossyValues: stream.lossyValues() };
      part = partRecord(extraction, shape, content, written, new Date(startedAtMs), seconds);
      await services.ledger.recordPart(message, part);
    },
    signal,
  );
  return { outcome, part };
}

/** @throws ConsistencyError unless the server counted as many rows as were decoded. */
export function assertWhole(decodedRows: number, stream: TableStream): void {
  const serverRows = stream.serverRowCount();
  if (serverRows === decodedRows) return;
  throw new ConsistencyError('ROW_COUNT_DIFFERS', `The server sent ${serverRows} rows; ${decodedRows} were decoded.`, {
    remedy: 'Replay the table; when it happens again, report it with the table definition.',
  });
}

interface PartContent {
  readonly rows: number;
  readonly lossyValues: ReadonlyMap<string, number>;
}

function partRecord(
  extraction: Extraction,
  shape: TableShape,
  content: PartContent,
  written: WrittenBytes,
  startedAt: Date,
  readSeconds: number,
): PartRecord {
  const { message, key, attemptId } = extraction;
  return {
    version: 1,
    key,
    attempt_id: attemptId,
    chunk: message.chunk,
    sequence: message.sequence,
    rows: content.rows,
    bytes: written.bytes,
    checksum_crc32: written.checksumCrc32,
    schema_hash: schemaHash(shape.columns),
    columns: shape.columns,
    primary_key: shape.primaryKey,
    consistency: shape.consistency,
    lossy_values: Object.fromEntries(content.lossyValues),
    started_at: startedAt.toISOString(),
    read_seconds: readSeconds,
  };
}

/** User metadata is ASCII and at most 2 KB. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function objectRequest(extraction: Extraction, shape: TableShape): ObjectRequest {
  const { message, key, attemptId, encoder } = extraction;
  return {
    key,
    attemptId,
    contentType: encoder.contentType,
    metadata: {
      'landfall-source': message.source,
      'landfall-table': encodeURIComponent(message.table.toWellFormed()).slice(0, METADATA_MAX_CHARACTERS),
      'landfall-run': message.runId,
      'landfall-schema-hash': schemaHash(shape.columns),
    },
  };
}

const METADATA_MAX_CHARACTERS = 1_024;
