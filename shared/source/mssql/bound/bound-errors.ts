import { ConsistencyError, type SourceError } from '../../../core/errors.ts';
import type { TableQuery } from '../../source.ts';
import { type UpdateKey, updateKeyUnusable } from '../window/update-key.ts';

/** For a distance that the type of an update key cannot be counted back by. `setting` is `lag` or `lookback`. */
export function distanceUnfit(
  query: TableQuery,
  { name, type, kind }: UpdateKey,
  setting: 'lag' | 'lookback',
  found: string,
): SourceError {
  const [wants, remedy] = {
    moments: [`wants a \`${setting}\` of time, such as 5m`, `Write \`${setting}\` as a duration, or leave it out.`],
    numbers: [
      `wants a \`${setting}\` of numbers, such as 1000`,
      `Write \`${setting}\` as a whole number, or leave it out.`,
    ],
    other: [`can have no \`${setting}\``, `Leave \`${setting}\` out.`],
  }[kind === 'moments' || kind === 'numbers' ? kind : 'other'] as [string, string];
  const kinds = setting === 'lag' && found === 'snapshot' ? ', and `snapshot` is of PostgreSQL alone' : '';
  return updateKeyUnusable(query, `"${name}" with \`${setting}: ${found}\`; its type ${type} ${wants}${kinds}`, remedy);
}

/** For a watermark that goes back to the server as another text than it came. */
export function watermarkBroken(query: TableQuery, { name }: UpdateKey): SourceError {
  return updateKeyUnusable(query, `"${name}", whose newest value holds half of a surrogate pair`);
}

/** For versions that are read where they are not counted: transactions of the primary are active beyond what it tells. */
export function versionsOfReplica(query: TableQuery, { name }: UpdateKey): SourceError {
  return updateKeyUnusable(
    query,
    `"${name}", a rowversion, and is read from a replica or a database set to read only, which does not know the versions ` +
      'of transactions that still run',
    'Read from the primary replica (`read_only_intent: false`), or name a date, a time or a number as `update_key`.',
  );
}

/** For a row with a version that the database has never given: it is another one's. */
export function versionsForeign(query: TableQuery, { name }: UpdateKey, found: string): SourceError {
  return updateKeyUnusable(
    query,
    `"${name}", a rowversion, of which a row has ${found}: the database of the connection has not come to it`,
    'The rows come from another database, or were copied with their versions: connect to the database that counts ' +
      'them, or name a date, a time or a number as `update_key`.',
  );
}

/** For versions that the database has not counted yet, although it has counted them before. */
export function watermarkAhead({ name }: TableQuery, watermark: string, upTo: string): ConsistencyError {
  const message = `${name} has landed up to version ${watermark}, and the database has counted only to ${upTo}.`;
  return new ConsistencyError('WATERMARK_AHEAD', message, {
    retry: 'permanent',
    remedy:
      'The database was restored, or failed over, to an older state, or it is another one. ' +
      `If that was meant, let the whole table land again: landfall state reset --table ${name}`,
  });
}
