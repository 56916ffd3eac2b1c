import { execFile } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../../shared/core/errors.ts';
import type { ServerAccount, ServerPrograms } from './server-account.ts';

export interface ClusterSettings {
  readonly programs: ServerPrograms;
  readonly account: ServerAccount | undefined;
  /** Exists, is empty and belongs to the account. */
  readonly clusterFolder: string;
  readonly user: string;
  readonly password: string;
}

const INITDB_TIMEOUT_MS = 60_000;

/** Makes the server's files with one user who has a password. The same locale everywhere: the demo sorts alike. */
export async function initialiseCluster(settings: ClusterSettings): Promise<void> {
  const { programs, account, clusterFolder, user, password } = settings;
  const passwordFile = join(clusterFolder, '..', 'initial-password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
  const flags = [
    `--pgdata=${clusterFolder}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(programs.initdb, flags, {
      ...account,
      cwd: clusterFolder,
      env: serverEnvironment(),
      timeout: INITDB_TIMEOUT_MS,
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new ConfigError(
      'DEMO_DATABASE',
      `PostgreSQL could not make its files in ${clusterFolder}: ${said || (cause as Error).message}`,
      {
        cause,
        remedy: 'Look at the free space and the permissions of the temporary folder (TMPDIR).',
      },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Nothing of the user's environment: PGDATA, PGPORT and the like would change what the server does. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
}
