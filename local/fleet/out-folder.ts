import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, errorText } from '../../shared/core/errors.ts';

/** Where a local fleet keeps what. Buckets are folders beside `.landfall`, so what lands is plain files. */
export interface OutFolder {
  readonly root: string;
  /** The lock, for one fleet at a time. */
  readonly state: string;
  readonly queues: string;
  readonly objects: string;
  readonly mail: string;
  readonly logs: string;
}

/** @throws ConfigError when the folder cannot be made. */
export function openOutFolder(path: string): OutFolder {
  const root = resolve(path);
  const state = join(root, '.landfall');
  const folder: OutFolder = {
    root,
    state,
    queues: join(state, 'queues'),
    objects: join(state, 's3'),
    mail: join(state, 'mail'),
    logs: join(state, 'logs'),
  };
  try {
    for (const each of Object.values(folder)) mkdirSync(each, { recursive: true });
  } catch (cause) {
    throw new ConfigError('OUT_UNUSABLE', `The folder ${root} cannot be used: ${errorText(cause)}.`, {
      cause,
      remedy: 'Name a folder that you may write to with --out or --local.',
    });
  }
  return folder;
}

/**
 * The folder of a fleet that has worked before: a look must not make one where somebody misspelt it.
 * @throws ConfigError when no fleet has worked there
 */
export function existingOutFolder(path: string): OutFolder {
  if (existsSync(join(path, '.landfall'))) return openOutFolder(path);
  throw new ConfigError('OUT_NOT_FOUND', `No local fleet has worked in the folder ${resolve(path)}.`, {
    remedy: 'Name the folder of a local run with --local, or leave it out for the bucket in AWS.',
  });
}
