import type { Compression, Format } from '../config/config.ts';
import { LandfallError } from '../core/errors.ts';
import type { ManifestPart, TableManifest } from '../core/records.ts';
import type { LandedFile } from '../format/read-back/landed-file.ts';
import { type FileKind, readThrough } from '../format/read-back/read-back.ts';
import { bytesOf, type FoundPart, type PartReader } from '../landing/part-reader.ts';
import { Checksum } from '../landing/slices.ts';
import type { Problem } from './verify-report.ts';

export interface VerifyPartServices {
  readonly parts: PartReader;
  /** Told of bytes that were read. Must not throw. */
  readonly onBytes: (bytes: number) => void;
}

export function kindOf({ format, compression }: TableManifest): FileKind {
  return { format: format as Format, compression: compression as Compression };
}

/** A found object for those who read formats. */
export function landedFile(found: FoundPart, parts: PartReader, signal: AbortSignal): LandedFile {
  return {
    sizeBytes: found.bytes,
    bytes: () => bytesOf(found, parts, signal),
    read: (from, to) => parts.read(found, from, to, signal),
  };
}

/**
 * Reads a landed object back and compares it with its record: size, attempt, CRC-32 of every byte, number of rows.
 * @throws LandingError when S3 refuses what it would refuse for every other object too
 */
export async function verifyPart(
  manifest: TableManifest,
  part: ManifestPart,
  services: VerifyPartServices,
  signal: AbortSignal,
): Promise<Problem[]> {
  const { key } = part;
  try {
    const found = await services.parts.find(key, signal);
    if (found === undefined) return [missing(key)];
    return [...differencesOf(part, found), ...(await contentProblems(manifest, part, found, services, signal))];
  } catch (thrown) {
    if (!(thrown instanceof LandfallError) || thrown.retry === 'permanent') throw thrown;
    if (thrown.code === 'OBJECT_VANISHED') return [missing(key, 'It went while it was read.')];
    return [{ kind: 'object-unreadable', key, message: `It cannot be read: ${thrown.code}: ${thrown.message}` }];
  }
}

function missing(key: string, message = 'There is no such object.'): Problem {
  return { kind: 'object-missing', key, message };
}

function differencesOf(part: ManifestPart, found: FoundPart): Problem[] {
  const { key } = part;
  const problems: Problem[] = [];
  if (found.bytes !== part.bytes) {
    problems.push({
      kind: 'size-differs',
      key,
      message: `It has ${amount(found.bytes, 'byte')}; ${amount(part.bytes, 'byte')} landed.`,
    });
  }
  if (found.attemptId !== part.attempt_id) {
    const by = found.attemptId === '' ? 'not written by Landfall' : `written by attempt ${found.attemptId}`;
    problems.push({
      kind: 'attempt-differs',
      key,
      message: `It was ${by}; the manifest has it of attempt ${part.attempt_id}.`,
    });
  }
  return problems;
}

async function contentProblems(
  manifest: TableManifest,
  part: ManifestPart,
  found: FoundPart,
  { parts, onBytes }: VerifyPartServices,
  signal: AbortSignal,
): Promise<Problem[]> {
  const { key, checksum_crc32: recorded } = part;
  const checksum = new Checksum();
  const { rows, flaw } = await readThrough(kindOf(manifest), landedFile(found, parts, signal), (piece) => {
    checksum.add(piece);
    onBytes(piece.length);
  });
  const problems: Problem[] = [];
  if (checksum.toString() !== recorded) {
    problems.push({
      kind: 'checksum-differs',
      key,
      message: `Its bytes have the CRC-32 ${checksum.toString()}; those that landed have ${recorded}.`,
    });
  }
  if (flaw !== undefined) problems.push({ kind: 'content-damaged', key, message: `It ${flaw}.` });
  // Of a file that is not whole the number says nothing more.
  else if (rows !== part.rows) {
    const message = `It holds ${amount(rows, 'row')}; the manifest has ${amount(part.rows, 'row')}.`;
    problems.push({ kind: 'rows-differ', key, message });
  }
  return problems;
}

/** `1 row`, `1,234 rows`. */
export function amount(value: number, unit: string): string {
  return `${value.toLocaleString('en-US')} ${unit}${value === 1 ? '' : 's'}`;
}
