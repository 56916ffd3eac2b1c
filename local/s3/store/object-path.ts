import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalidArgument, keyTooLong, S3Error } from '../s3-error.ts';

/** Of "Creating object key names" in the S3 user guide. */
const MAX_KEY_BYTES = 1024;

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The path of an object's file relative to its bucket's folder. Keys are file paths as they are, so a key that no file
 * path inside the folder can stand for is refused rather than renamed.
 *
 * @throws S3Error InvalidArgument, KeyTooLongError
 */
export function keyToPath(key: string): string {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > MAX_KEY_BYTES) throw keyTooLong(`${sizeBytes} bytes, at most ${MAX_KEY_BYTES} are allowed`);
  const found = flaw(key);
  if (found !== undefined) {
    const message = `The local endpoint keeps objects as files, and this key cannot be a file inside its bucket: ${found}`;
    throw invalidArgument(message, { ArgumentName: 'key', ArgumentValue: key });
  }
  return join(...key.split('/'));
}

function flaw(key: string): string | undefined {
  if (key.includes('\0')) return 'it contains a NUL character';
  if (key.includes('\\')) return 'it contains a backslash';
  if (key.startsWith('/')) return 'it begins with a slash';
  if (key.endsWith('/')) return 'it ends with a slash';
  for (const segment of key.split('/')) {
    if (segment === '') return 'it contains an empty segment (two slashes in a row)';
    if (segment === '.' || segment === '..') return `it contains the segment '${segment}'`;
  }
  return undefined;
}

/** Whether a file found in a bucket's folder can be addressed by a key. */
export function isFileNameOfKeys(name: string): boolean {
  return !name.includes('\\');
}

/**
 * Symbolic links that somebody put in a bucket's folder must not lead a key out of it.
 *
 * @param folder where the object's file is or will be; it need not exist
 * @throws S3Error AccessDenied
 */
export async function checkStaysInside(bucketFolder: string, folder: string): Promise<void> {
  for (let current = folder; current.length > bucketFolder.length; current = dirname(current)) {
    const real = await realpath(current).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return undefined;
      throw thrown;
    });
    if (real === current) return;
    if (real !== undefined) {
      throw new S3Error(403, 'AccessDenied', `A symbolic link at ${current} leads out of the bucket's folder`);
    }
  }
}
