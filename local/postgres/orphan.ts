import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, endsWithin, signalProcess } from './running-process.ts';

/**
 * Ends the server that an earlier, killed process left running on this folder. The id in `postmaster.pid` may belong
 * to another program by now: only a process whose command line has this very folder is signalled.
 */
export async function stopOrphan(clusterFolder: string): Promise<void> {
  const pid = recordedPid(clusterFolder);
  if (pid === undefined) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isServerOf(clusterFolder, pid) || !signalProcess(pid, signal)) return;
    if (await endsWithin(pid, 5_000)) return;
  }
}

function isServerOf(clusterFolder: string, pid: number): boolean {
  return commandLineOf(pid)?.includes(` -D ${clusterFolder} `) ?? false;
}

/** The first line: https://www.postgresql.org/docs/18/storage-file-layout.html */
function recordedPid(clusterFolder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
