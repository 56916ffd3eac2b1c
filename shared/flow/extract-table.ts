import type { Schema } from 'apache-arrow';
import { ConsistencyError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { LandedColumn } from '../core/records.ts';
import { assertIntact, type FoundObject } from '../landing/landing.ts';
import { SOURCE_TYPE_KEY } from '../source/columns/record-batches.ts';
import type { TableStream } from '../source/source.ts';
import { commitTable, publishCommit } from './commit-table.ts';
import { type Extraction, type ExtractionOutcome, prepareExtraction } from './extraction.ts';
import { assertWhole, landPart } from './land-part.ts';
import { openTable } from './open-table.ts';
import { peekRows } from './row-meter.ts';
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
  const shape = {
    columns: landedColumns(stream.schema),
    primaryKey: keyOf(extraction, stream),
    consistency: stream.consistency,
  };
  const peeked = await peekRows(stream.batches);
  if (peeked.empty && extraction.planned.on_empty === 'skip') {
    assertWhole(0, stream);
    return await commitTable(extraction, { ...shape, parts: [] }, services);
  }
  const { outcome, part } = await landPart(extraction, shape, stream, peeked.batches, services, signal);
  if (outcome.status === 'superseded') {
    log.warn('Another attempt completed the object first; adopting it', { key: extraction.key });
    return await adopt(extraction, outcome.by, services);
  }
  const lossyValues = part?.lossy_values ?? {};
  if (Object.keys(lossyValues).length > 0) {
    log.warn('Some values lost something on landing', { lossy_values: lossyValues });
  }
  return await commitTable(extraction, { ...shape, parts: part === undefined ? [] : [part] }, services);
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
  const { columns, primary_key: primaryKey, consistency } = part;
  return await commitTable(extraction, { columns, primaryKey, consistency, parts: [part] }, services);
}

function landedColumns(schema: Schema): LandedColumn[] {
  return schema.fields.map((field) => ({
    name: field.name,
    source_type: field.metadata.get(SOURCE_TYPE_KEY) ?? '',
    landed_type: String(field.type),
  }));
}

/** The configured key, or else the catalog's. */
function keyOf(extraction: Extraction, stream: TableStream): readonly string[] {
  const configured = extraction.table.primaryKey;
  return configured.length > 0 ? configured : stream.primaryKey;
}
