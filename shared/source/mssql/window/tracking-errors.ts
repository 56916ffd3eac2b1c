import { ConsistencyError, SourceError } from '../../../core/errors.ts';
import type { TableQuery } from '../../source.ts';
import type { TrackingPrerequisites } from '../catalog.ts';
import { qualifiedName } from '../query-text.ts';

/** For a table whose changes nobody keeps, or that is not there. */
export function trackingOff(query: TableQuery, { hasTable, isDatabaseTracked }: TrackingPrerequisites): SourceError {
  const table = qualifiedName(query);
  if (!hasTable) {
    const message = `Table ${table} of ${query.name}, whose changes are to land, is not there.`;
    const remedy = 'Check schema and table, and that the user may see it.';
    return new SourceError('TABLE_NOT_FOUND', message, { retry: 'permanent', remedy });
  }
  const database =
    'ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 7 DAYS, AUTO_CLEANUP = ON); and ';
  return new SourceError('CHANGE_TRACKING_OFF', `Change tracking is not enabled for ${query.name}.`, {
    retry: 'permanent',
    remedy:
      `Let a database administrator run: ${isDatabaseTracked ? '' : database}` +
      `ALTER TABLE ${table} ENABLE CHANGE_TRACKING; The table needs a primary key for it.`,
  });
}

/** For a user who may read the table and not its changes. */
export function trackingDenied(query: TableQuery): SourceError {
  const message = `The user may not see the change tracking of ${query.name}.`;
  return new SourceError('CHANGE_TRACKING_DENIED', message, {
    retry: 'permanent',
    remedy: `Let a database administrator run: GRANT VIEW CHANGE TRACKING ON ${qualifiedName(query)} TO the user;`,
  });
}

/** For a session that would see changes and rows of different moments. */
export function trackingNeedsSnapshot({ name }: TableQuery): SourceError {
  const message = `The changes of ${name} and its rows cannot be read as of one moment: that needs snapshot isolation.`;
  return new SourceError('CHANGE_TRACKING_NEEDS_SNAPSHOT', message, {
    retry: 'permanent',
    remedy:
      'Let a database administrator run: ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON; ' +
      'and leave `isolation` of the source at auto or snapshot.',
  });
}

/** For changes that were there when the run took its bound. */
export function trackingLost({ name }: TableQuery, after: string): ConsistencyError {
  const message = `The changes of ${name} behind version ${after} are not all there any more.`;
  return new ConsistencyError('TRACKING_LOST', message, {
    retry: 'start-over',
    remedy:
      'The whole table lands in a new run. Should it come again, raise CHANGE_RETENTION of the database, or run the ' +
      'source more often.',
  });
}

/** For a deleted row there would be nothing left. */
export function keyNotSelected({ name }: TableQuery, missing: readonly string[]): SourceError {
  const quoted = missing.map((column) => `"${column}"`).join(', ');
  const message = `\`select\` of ${name} leaves out ${quoted} of the primary key, by which deleted rows land.`;
  return new SourceError('KEY_UNUSABLE', message, {
    retry: 'permanent',
    remedy: 'Name all columns of the primary key in `select`.',
  });
}

/** For a column whose name is that of what change tracking adds. */
export function nameTaken({ name }: TableQuery, column: string): SourceError {
  const message = `${name} has a column "${column}", a name that change tracking needs for its own.`;
  return new SourceError('COLUMN_NAME_TAKEN', message, {
    retry: 'permanent',
    remedy: `Leave the column out: \`select: ["-${column}"]\`, or rename it in the database.`,
  });
}
