import { invalidArgument } from '../s3-error.ts';

/** What S3 puts on one page at most. */
export const MAX_PAGE = 1000;

/**
 * A number of a list request's query, capped as S3 caps it.
 *
 * @throws S3Error InvalidArgument
 */
export function readPageSize(query: URLSearchParams, name: string): number {
  const value = query.get(name);
  if (value === null) return MAX_PAGE;
  if (!/^\d{1,10}$/.test(value) || Number(value) > 2 ** 31 - 1) {
    const message = `Argument ${name} must be an integer between 0 and 2147483647`;
    throw invalidArgument(message, { ArgumentName: name, ArgumentValue: value });
  }
  return Math.min(Number(value), MAX_PAGE);
}

/**
 * How keys are written in a listing: as they are, or percent-encoded with `+` for a space when the client asks for it.
 *
 * @throws S3Error InvalidArgument
 */
export function readKeyEncoding(query: URLSearchParams): { encode: (key: string) => string; type: string | undefined } {
  const type = query.get('encoding-type') ?? undefined;
  if (type === undefined) return { encode: (key) => key, type };
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request');
  return { encode: encodeKey, type };
}

function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** What a key is rolled up into by a delimiter; `undefined` when it is listed itself. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
