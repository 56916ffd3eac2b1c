import { ConsistencyError } from '../core/errors.ts';
import type { PartRecord } from '../core/records.ts';
import { schemaHash } from '../core/schema-hash.ts';
import type { FoundObject, ObjectRequest, WrittenBytes } from '../landing/landing.ts';
import type { ChunkProgress } from './chunk-progress.ts';
import { type Extraction, partKeyOf } from './extraction.ts';
import { queryHash } from './open-table.ts';
import type { Reading } from './reading.ts';
import { RowMeter } from './row-meter.ts';
import type { ExtractServices } from './services.ts';

export type PartOutcome =
  | { readonly status: 'landed'; readonly part: PartRecord }
  /** Another attempt completed the part first. */
  | { readonly status: 'superseded'; readonly key: string; readonly by: FoundObject }
  /** Another attempt found the chunk without rows, and said so first: it has no part. */
  | { readonly status: 'ended-empty' };

/** Stops a landing whose chunk has ended without a row meanwhile. */
class EndedEmpty extends Error {}

/**
 * Encodes and uploads the next part of a reading. Before it can be seen, the rows are compared with the server's count,
 * the chunk is said to have rows, and the part's record is written, so that whoever finds the object knows what is in it.
 */
export async function landPart(
  extraction: Extraction,
  reading: Reading,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<PartOutcome> {
  const { message, encoder, attemptId, deadline } = extraction;
  const { cutter, stream } = reading;
  const { sequence } = progress;
  const key = partKeyOf(extraction, sequence);
  const hash = queryHash(extraction.table);
  const startedAtMs = services.clock.now();
  const { source, table, runId, chunk } = message;
  const meter = new RowMeter((rows, bytes) =>
    services.onProgress({ status: 'reading', source, table, runId, chunk, rows, bytes }),
  );
  const rows = cutter.rows(() => meter.bytes);
  let part: PartRecord | undefined;
  try {
    const outcome = await services.landing.land(
      objectRequest(extraction, key, schemaHash(reading.columns)),
      meter.countBytes(encoder.encode(stream.schema, meter.countRows(rows))),
      async (written) => {
        assertWhole(reading, sequence);
        if (!(await progress.begin(true))) throw new EndedEmpty();
        const content = { key, attemptId, chunk, sequence, written, startedAtMs, queryHash: hash };
        part = partRecord(content, reading, services.clock.now());
        await services.ledger.recordPart(message, part);
      },
      deadline.signal,
    );
    if (outcome.status === 'superseded') return { ...outcome, key };
    const landed = part as unknown as PartRecord;
    extraction.tally.addPart(landed);
    return { status: 'landed', part: landed };
  } catch (thrown) {
    if (thrown instanceof EndedEmpty) return { status: 'ended-empty' };
    throw thrown;
  }
}

/** @throws ConsistencyError unless the server counted as many rows as were decoded, once it has counted. */
export function assertWhole({ cutter, stream }: Reading, sequence: number): void {
  if (!cutter.isAtEnd || stream.serverRowCount() === cutter.totalRows) return;
  throw new ConsistencyError(
    'ROW_COUNT_DIFFERS',
    `The server sent ${stream.serverRowCount()} rows; ${cutter.totalRows} were decoded, before part ${sequence}.`,
    { remedy: 'Replay the table; when it happens again, report it with the table definition.' },
  );
}

interface PartContent {
  readonly key: string;
  readonly attemptId: string;
  readonly chunk: number;
  readonly sequence: number;
  readonly written: WrittenBytes;
  readonly startedAtMs: number;
  readonly queryHash: string;
}

function partRecord(content: PartContent, reading: Reading, nowMs: number): PartRecord {
  const { rows, firstKey, lastKey, endsStream } = reading.cutter.part;
  return {
    version: 1,
    key: content.key,
    attempt_id: content.attemptId,
    chunk: content.chunk,
    sequence: content.sequence,
    rows,
    bytes: content.written.bytes,
    checksum_crc32: content.written.checksumCrc32,
    schema_hash: schemaHash(reading.columns),
    columns: reading.columns,
    primary_key: reading.primaryKey,
    ordered_by: reading.stream.key,
    query_hash: content.queryHash,
    first_key: firstKey,
    last_key: lastKey,
    ends_chunk: endsStream,
    consistency: reading.stream.consistency,
    read_id: reading.id,
    read_at: reading.startedAt,
    lossy_values: reading.cutter.takeLossyValues(),
    started_at: new Date(content.startedAtMs).toISOString(),
    read_seconds: (nowMs - content.startedAtMs) / 1000,
  };
}

/** User metadata is ASCII and at most 2 KB. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function objectRequest({ message, attemptId, encoder }: Extraction, key: string, hash: string): ObjectRequest {
  return {
    key,
    attemptId,
    contentType: encoder.contentType,
    metadata: {
      'landfall-source': message.source,
      'landfall-table': encodeURIComponent(message.table.toWellFormed()).slice(0, METADATA_MAX_CHARACTERS),
      'landfall-run': message.runId,
      'landfall-schema-hash': hash,
    },
  };
}

const METADATA_MAX_CHARACTERS = 1_024;
