import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../shared/core/errors.ts';
import { initialiseCluster } from './cluster.ts';
import { stopOrphan } from './orphan.ts';
import { startServer } from './server.ts';
import { isOpenToAll, reachablePrograms, serverAccount, serverPrograms } from './server-account.ts';

export interface EmbeddedPostgresOptions {
  /** An existing folder for the server alone; `cluster` and, for root, `programs` are made and removed in it. */
  readonly folder: string;
  /** The database to make; `postgres` is always there. */
  readonly database?: string;
}

export interface EmbeddedPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Ends the server, if need be by force, and removes its files; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL 18 for the demo and for tests: on 127.0.0.1 and a free port, tuned for speed and not for keeping
 * anything. The caller calls `stop` on SIGINT and SIGTERM. When the caller is killed the server ends by itself, and
 * the files it leaves are cleared by the next start in the same folder.
 * @throws ConfigError when the platform, the account or the folder does not allow it; its message has the server's words.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, database = 'postgres' } = options;
  const account = serverAccount();
  const clusterFolder = join(folder, 'cluster');
  await stopOrphan(clusterFolder);
  removeFiles(folder);
  try {
    if (account !== undefined) openFolderFor(folder);
    const programs = reachablePrograms(await serverPrograms(), account, folder);
    mkdirSync(clusterFolder, { mode: 0o700 });
    if (account !== undefined) chownSync(clusterFolder, account.uid, account.gid);
    const access = { user: 'postgres', password: randomBytes(18).toString('base64url') };
    await initialiseCluster({ programs, account, clusterFolder, ...access });
    const server = await startServer({ programs, account, clusterFolder, database, ...access });
    let stopped: Promise<void> | undefined;
    return {
      host: '127.0.0.1',
      port: server.port,
      pid: server.pid,
      database,
      ...access,
      stop() {
        stopped ??= server.stop().finally(() => removeFiles(folder));
        return stopped;
      },
    };
  } catch (thrown) {
    removeFiles(folder);
    throw thrown;
  }
}

function removeFiles(folder: string): void {
  for (const name of ['cluster', 'programs']) {
    const path = join(folder, name);
    if (existsSync(path)) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** A folder of mkdtemp belongs to root alone; the account must pass through, but not look around. */
function openFolderFor(folder: string): void {
  chmodSync(folder, 0o711);
  if (isOpenToAll(join(folder, 'cluster'))) return;
  throw new ConfigError('DEMO_FOLDER', `The unprivileged account of PostgreSQL cannot enter ${folder}.`, {
    remedy:
      'Set TMPDIR to a folder that everyone may enter, such as /tmp, or start the demo as a user who is not root.',
  });
}
