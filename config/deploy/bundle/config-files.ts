import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { SourceConfig } from '../../../shared/config/config.ts';

/** Where a function finds its configuration unless its environment says otherwise. */
export const CONFIG_IN_BUNDLE = 'config/landfall.yaml';

/**
 * The configuration and the certificates that it names, by the path in a function's folder, which is where the function
 * starts: a relative `ssl.ca` is the same file there.
 */
export async function configFiles(
  configPath: string,
  sources: readonly SourceConfig[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map([[CONFIG_IN_BUNDLE, await readFile(configPath)]]);
  for (const { ssl } of sources) {
    if (ssl.mode !== 'disable' && ssl.ca !== undefined) files.set(posix.normalize(ssl.ca), await readFile(ssl.ca));
  }
  return files;
}
