import type { CatalogQuery } from './catalog-query.ts';

/** What decides how a database is read. */
export interface DatabaseFacts {
  /** ALLOW_SNAPSHOT_ISOLATION is on, and not on its way there or back. */
  readonly snapshotAllowed: boolean;
  /** READ COMMITTED reads versions and waits for no writer. */
  readonly readCommittedSnapshot: boolean;
  readonly collation: string | undefined;
  /** Set to read only, or a replica that is. */
  readonly readOnly: boolean;
  /** Such as `16.0.4105.2`. */
  readonly version: string;
}

interface FactsRow {
  readonly snapshotState: number | null;
  readonly readCommittedSnapshot: boolean | null;
  readonly collation: string | null;
  readonly updateability: string | null;
  readonly version: string;
}

/** is_read_only of sys.databases is 0 on a readable replica, Updateability is not. */
const FACTS_SQL = `
SELECT d.snapshot_isolation_state AS snapshotState,
       d.is_read_committed_snapshot_on AS readCommittedSnapshot,
       d.collation_name AS collation,
       CAST(DATABASEPROPERTYEX(d.name, 'Updateability') AS nvarchar(128)) AS updateability,
       CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version
  FROM sys.databases AS d
 WHERE d.database_id = DB_ID()`;

const SNAPSHOT_ON = 1;

/** Facts of the connection's own database. */
export async function databaseFacts(query: CatalogQuery): Promise<DatabaseFacts> {
  const [row] = await query<FactsRow>(FACTS_SQL, {});
  return {
    snapshotAllowed: row?.snapshotState === SNAPSHOT_ON,
    readCommittedSnapshot: row?.readCommittedSnapshot === true,
    collation: row?.collation ?? undefined,
    readOnly: row?.updateability === 'READ_ONLY',
    version: row?.version ?? 'unknown',
  };
}
