import { nameDigest } from '../../shared/config/resource-names.ts';

/** Lambda allows 64 characters for the name of a function, EventBridge Scheduler as many for that of a schedule. */
const NAME_MAX = 64;
const DIGEST_CHARACTERS = 8;

/**
 * A name as part of a logical id, which has letters and digits only. Whatever is not plain gets a digest in capitals, which
 * no plain name has, so that two names never give the same part.
 */
export function idPart(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]/g, '');
  const part = letters.charAt(0).toUpperCase() + letters.slice(1);
  return /^[a-z][a-z0-9]*$/.test(name) ? part : part + nameDigest(name, DIGEST_CHARACTERS).toUpperCase();
}

/** The name of a function; one that would be too long is cut and gets a digest. */
export function functionName(stage: string, handler: string, source?: string): string {
  return bounded(['landfall', stage, handler, source].filter((part) => part !== undefined).join('-'));
}

/** The name of a source's schedule, bounded in the same way. */
export function scheduleName(stage: string, source: string): string {
  return bounded(`landfall-${stage}-${source}`);
}

function bounded(name: string): string {
  if (name.length <= NAME_MAX) return name;
  return `${name.slice(0, NAME_MAX - DIGEST_CHARACTERS - 2)}--${nameDigest(name, DIGEST_CHARACTERS)}`;
}
