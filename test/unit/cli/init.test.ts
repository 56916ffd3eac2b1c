import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../cli/main.ts';
import { loadConfig } from '../../../shared/config/load-config.ts';
import { landfall } from '../../support/landfall-cli.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-init-'));
  path = join(folder, 'config', 'landfall.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The command at a terminal at which somebody types the lines. */
async function typed(lines: readonly string[], ...options: string[]) {
  let [out, err] = ['', ''];
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(lines.map((line) => `${line}\n`).join(''));
  const exitCode = await main(['init', '--config', path, ...options], {
    out: { write: (text) => (out += text) },
    err: { isTTY: true, write: (text) => (err += stripVTControlCharacters(text)) },
    input,
  });
  return { exitCode, out, err };
}

const GIVEN = ['--dialect', 'mssql', '--secret', 'env:ERP_DB', '--bucket', 'lake'];

describe('landfall init', () => {
  it('asks for everything, says what is allowed, and asks again', async () => {
    const answers = [
      'sqlserver',
      'postgres',
      '1st',
      'shop',
      'hunter2',
      '',
      '',
      'x',
      '5433',
      'shop',
      '',
      '',
      'My Bucket',
    ];
    const { exitCode, out, err } = await typed([...answers, 'lake', 'raw', 'cron(0 3 * * ? *)', '']);
    expect([exitCode, out]).toEqual([0, expect.stringContaining(`export SHOP_DB='{"username":"USER","password"`)]);
    const config = await loadConfig(path);
    expect(config).toMatchObject({ target: { bucket: 'lake', prefix: 'raw/' }, alerts: undefined });
    expect(config.sources.get('shop')).toMatchObject({
      dialect: 'postgres',
      secret: 'env:SHOP_DB',
      host: undefined,
      port: 5433,
      database: 'shop',
      ssl: { mode: 'verify-full', ca: undefined },
      schedule: 'cron(0 3 * * ? *)',
    });
    expect(err).toContain('Dialect: ');
    expect(err).toContain('Secret [env:SHOP_DB]: ');
    expect(err).toContain('Host [none]: ');
    expect(err).toContain('Allowed: postgres or mssql.');
    expect(err.match(/Allowed:/g)).toHaveLength(5);
    // What is typed, and its line end, are the terminal's own.
    const lines = err.replaceAll(/\]?: {3}/g, ':\n  ').split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    // Somebody may well type it where a reference is asked for.
    expect(out + err + readFileSync(path, 'utf8')).not.toContain('hunter2');
  });

  it('asks only for what no option gives', async () => {
    const { exitCode, err } = await typed(
      ['erp.example.com', '', '', '', '', ''],
      ...GIVEN,
      '--source',
      'erp',
      '--ssl',
      'require',
    );
    expect([exitCode, err.match(/\[none\]: /g)?.length]).toEqual([0, 6]);
    expect(err).not.toMatch(/Dialect|Secret|Bucket|TLS|Certificates/);
    expect((await loadConfig(path)).sources.get('erp')).toMatchObject({
      host: 'erp.example.com',
      ssl: { mode: 'require' },
    });
  });

  it('writes nothing when the answers end early', async () => {
    const { exitCode, err } = await typed(['postgres']);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('NOT_ANSWERED')]);
    expect(existsSync(path)).toBe(false);
  });

  it('without a terminal takes defaults, and names the options that must be there', async () => {
    const missing = await landfall('init', '--config', path, '--dialect', 'mssql');
    expect([missing.exitCode, missing.err]).toEqual([2, expect.stringContaining('--secret, --bucket must be given')]);
    const done = await landfall('init', '--config', path, ...GIVEN, '--json');
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      config: path,
      source: 'db',
      secret_holds: { username: 'USER', password: 'PASSWORD', host: 'HOST', port: 1433, dbname: 'DATABASE' },
    });
  });

  it.each([
    [['--port', '99999'], '--port cannot be used'],
    [['--ssl', 'require', '--ca', 'x.pem'], '--ca cannot be used'],
    [['--schedule', 'daily'], '--schedule cannot be used'],
    [['--alerts', 'me'], '--alerts cannot be used'],
  ])('refuses %j', async (options, message) => {
    const { exitCode, err } = await landfall('init', '--config', path, ...GIVEN, ...options);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(path)).toBe(false);
  });

  it('never overwrites, and does not ask in vain', async () => {
    path = join(folder, 'mine.yaml');
    writeFileSync(path, 'mine');
    const { exitCode, err } = await typed(['postgres']);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('CONFIG_EXISTS')]);
    expect(err).not.toContain('Dialect');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('quotes what YAML would take for something else', async () => {
    const options = ['--database', '123', '--prefix', 'a: b #c', '--ca', 'naïve #1.pem', '--host', '[::1]'];
    expect((await landfall('init', '--config', path, ...GIVEN, ...options)).exitCode).toBe(0);
    const config = await loadConfig(path);
    expect(config.target.prefix).toBe('a: b #c/');
    expect(config.sources.get('db')).toMatchObject({ database: '123', host: '[::1]', ssl: { ca: 'naïve #1.pem' } });
  });
});
