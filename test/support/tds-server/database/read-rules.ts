import type { TableDefinition } from './catalog.ts';
import type { SessionState } from './session-state.ts';
import { sqlError } from './sql-error.ts';
import type { Translation } from './translation.ts';

/** What may keep a query from reading. */
export interface ReadRules {
  /** Tables that somebody writes to without end, until the promise is fulfilled. */
  readonly locks: ReadonlyMap<TableDefinition, Promise<void>>;
}

const READS_DIRTY = new Set(['NOLOCK', 'READUNCOMMITTED', 'READPAST']);

/**
 * Waits for locks as long as the session does.
 * @throws SqlServerError 229 or 262 where reading is denied, 1222 for a lock, 3952 for a snapshot that is not allowed
 */
export async function checkReads(
  { tables, changesOf, catalog }: Pick<Translation, 'tables' | 'changesOf' | 'catalog'>,
  session: SessionState,
  { locks }: ReadRules,
): Promise<void> {
  for (const [table, hints] of tables) {
    const { name, schema } = table;
    if (catalog.isDenied(table)) throw sqlError.selectDenied(name, catalog.state.name, schema);
    if (changesOf.has(table) && catalog.isTrackingDenied(table)) {
      throw sqlError.trackingDenied(name, catalog.state.name, schema);
    }
    if (table.system) {
      if (name.startsWith('dm_db_') && catalog.databaseStateDenied)
        throw sqlError.databaseStateDenied(catalog.state.name);
      continue;
    }
    const isSnapshot = session.isolation === 'SNAPSHOT';
    if (isSnapshot && !catalog.state.snapshotAllowed) throw sqlError.snapshotNotAllowed(catalog.state.name);
    const readsVersions = isSnapshot || catalog.state.readCommittedSnapshot;
    const readsDirty = session.isolation === 'READ UNCOMMITTED' || hints.some((hint) => READS_DIRTY.has(hint));
    const lock = locks.get(table);
    if (lock !== undefined && !readsVersions && !readsDirty) await waitFor(lock, session.lockTimeoutMs);
  }
}

async function waitFor(lock: Promise<void>, timeoutMs: number): Promise<void> {
  if (timeoutMs < 0) {
    await lock;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(sqlError.lockTimeout()), timeoutMs);
  });
  try {
    await Promise.race([lock, expired]);
  } finally {
    clearTimeout(timer);
  }
}
