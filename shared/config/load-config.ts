import { createReadStream } from 'node:fs';
import { errorText } from '../core/errors.ts';
import type { LandfallConfig } from './config.ts';
import { type ConfigOptions, parseConfig } from './parse-config.ts';
import { InvalidConfigError } from './problems.ts';

/** A configuration of ten thousand tables has about 1 MiB. */
export const MAX_CONFIG_BYTES = 5 * 1024 ** 2;

/**
 * Reads and checks a configuration, as `parseConfig` does for its text.
 *
 * An original's whole file works with the rest given as `options.base`, which the command line fills:
 * `landfall local run --config tables.json --secret file:secret.json --bucket my-bucket`.
 *
 * @throws InvalidConfigError when the file cannot be read, or with every problem of its content at once
 */
export async function loadConfig(path: string, options: ConfigOptions = {}): Promise<LandfallConfig> {
  const bytes = await readLimited(path);
  if (bytes.length > MAX_CONFIG_BYTES) {
    throw unreadable(
      path,
      `found more than ${MAX_CONFIG_BYTES / 1024 ** 2} MiB; allowed: a configuration of up to that size`,
    );
  }
  return parseConfig(textOf(bytes, path), path, options);
}

/** Reads one byte more than allowed at most, so that a device without end is refused too. */
async function readLimited(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_CONFIG_BYTES })) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw unreadable(path, readFailure(cause), cause);
  }
  return Buffer.concat(chunks);
}

function readFailure(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'found no such file; allowed: the path of a configuration, such as config/landfall.yaml';
    case 'EISDIR':
      return 'found a folder; allowed: the path of a configuration, such as config/landfall.yaml';
    case 'EACCES':
    case 'EPERM':
      return 'found a file that this user may not read; allowed: a readable one';
    default:
      return `found a file that cannot be read (${errorText(cause)})`;
  }
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'found bytes that are not UTF-8; allowed: a text file in UTF-8', cause);
  }
}

function unreadable(file: string, message: string, cause?: unknown): InvalidConfigError {
  return new InvalidConfigError(
    'CONFIG_UNREADABLE',
    [{ file, line: undefined, column: undefined, path: '', message }],
    cause,
  );
}
