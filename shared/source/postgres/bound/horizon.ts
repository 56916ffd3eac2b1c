import type { CatalogQuery } from '../catalog.ts';

/**
 * Which transactions may hold an update key that is less than one that can be seen: those that were running at the look.
 * A transaction gets its id with its first write, but its number of a sequence or its time before that. So a horizon
 * has the next id of the look, below which all are to end, and the virtual ids of those that ran: `1042 3/17 5/208`.
 * @see https://www.postgresql.org/docs/current/transaction-id.html
 */
export function horizonText(nextId: string, virtualIds: string | null): string {
  return virtualIds === null ? nextId : `${nextId} ${virtualIds}`;
}

/** The next id of the query's snapshot, as SQL. */
export const NEXT_ID = 'txid_snapshot_xmax(txid_current_snapshot())';

/**
 * Virtual ids of the transactions that run now in this database, as one text; NULL when none does. Not of our own
 * sessions, which only read, nor of autovacuum's, which have no user. Names of applications are shown to everybody.
 */
export const RUNNING = `(SELECT string_agg(l.virtualxid, ' ')
          FROM pg_catalog.pg_locks l
          LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
           AND (a.pid IS NULL OR a.usesysid IS NOT NULL)
           AND (a.pid IS NULL OR a.datname = current_database())
           AND (a.pid IS NULL OR a.usename <> session_user
                OR NOT (a.application_name = current_setting('application_name')
                        OR a.application_name LIKE 'landfall/%')))`;

/** Whether all transactions of the horizon have ended, as of the query's snapshot, which must be a fresh one. */
export async function hasPassed(query: CatalogQuery, horizon: string): Promise<boolean> {
  const [nextId, ...virtualIds] = horizon.split(' ');
  const [row] = await query<{ passed: boolean }>(
    `SELECT txid_snapshot_xmin(txid_current_snapshot()) >= $1::int8
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks
                             WHERE locktype = 'virtualxid' AND virtualxid = ANY (string_to_array($2, ' '))) AS passed`,
    [nextId, virtualIds.join(' ')],
  );
  return row?.passed ?? false;
}
