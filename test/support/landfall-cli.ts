import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main.ts';
import { LedgerLayout } from '../../shared/ledger/layout.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import type { TestPostgres } from './postgres.ts';
import type { TestSqlServer } from './tds-server/test-sql-server.ts';

export const BIN = join(import.meta.dirname, '../../cli/bin.mjs');
export const BUCKET = 'lake';
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:landfall-alerts';

export interface CommandResult {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** The `landfall` command in this very process, as if its output went to files. */
export async function landfall(...words: string[]): Promise<CommandResult> {
  let out = '';
  let err = '';
  const exitCode = await main(words, {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { exitCode, out, err };
}

export interface RunningCommand {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CommandResult>;
}

/** The `landfall` command as its user starts it. */
export function startLandfall(words: readonly string[], environment: NodeJS.ProcessEnv = {}): RunningCommand {
  const child = spawn(process.execPath, [BIN, ...words], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, out, err }));
  });
  return { pid: child.pid!, kill: (signal) => child.kill(signal), ended };
}

export type Login = Pick<TestPostgres, 'user' | 'password' | 'host' | 'port' | 'database'>;

/** A folder for a configuration, its secret and what lands; removed by `remove`. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'landfall-e2e-'));
  readonly out = join(this.folder, 'landed');
  readonly config = join(this.folder, 'landfall.yaml');
  readonly secretFile = join(this.folder, 'secret.json');

  writeSecret(server: Login, engine = 'postgres'): void {
    const { user: username, password, host, port, database: dbname } = server;
    writeFileSync(this.secretFile, JSON.stringify({ engine, username, password, host, port, dbname }));
  }

  /** Writes the secret and the authority of a SQL Server; what makes `shop` that server, for `writeConfig`. */
  mssql(server: Login & Pick<TestSqlServer, 'caPem'>, settings: object = {}): object {
    this.writeSecret(server, 'sqlserver');
    const ca = join(this.folder, 'ca.pem');
    writeFileSync(ca, server.caPem);
    return { dialect: 'mssql', ssl: { ca }, ...settings };
  }

  /** A configuration with one source `shop`; `source` adds to its settings. */
  writeConfig(tables: object, source: object = {}, top: object = {}): void {
    const shop = {
      dialect: 'postgres',
      secret: `file:${this.secretFile}`,
      ssl: { mode: 'disable' },
      ...source,
      tables,
    };
    const text = { version: 1, target: { bucket: BUCKET }, alerts: { topic: TOPIC }, sources: { shop }, ...top };
    writeFileSync(this.config, JSON.stringify(text, null, 2));
  }

  /** `landfall local run` on this configuration, in this process. */
  run(...words: string[]): Promise<CommandResult> {
    return landfall(...this.runWords(...words));
  }

  runWords(...words: string[]): string[] {
    return ['local', 'run', '--config', this.config, '--out', this.out, ...words];
  }

  /** A command that works in the folder of the local run. */
  operate(command: string, ...words: string[]): Promise<CommandResult> {
    return landfall(command, '--config', this.config, '--local', this.out, ...words);
  }

  replay(...words: string[]): Promise<CommandResult> {
    return this.operate('replay', ...words);
  }

  /** The manifest of a table of `shop`; undefined when there is none. */
  manifest<Manifest>(runId: string, table: string): Manifest | undefined {
    const path = this.pathOf(new LedgerLayout('').manifest({ source: 'shop', runId, table }));
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
  }

  pathOf(key: string, bucket = BUCKET): string {
    return join(this.out, bucket, key);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The document of `--json`. */
export interface RunDocument {
  readonly run_id: string;
  readonly source: string;
  readonly seconds: number;
  readonly tables: readonly TableDocument[];
}

export interface TableDocument {
  readonly table: string;
  readonly run_id: string;
  readonly status: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: readonly string[];
  readonly consistency: string | null;
  readonly superseded_by: string | null;
  readonly lossy_values: readonly { readonly column: string; readonly source_type: string; readonly values: number }[];
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

export function documentOf(result: CommandResult): RunDocument {
  return JSON.parse(result.out) as RunDocument;
}
