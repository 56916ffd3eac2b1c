import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig, MAX_CONFIG_BYTES } from '../../../shared/config/load-config.ts';
import { InvalidConfigError } from '../../../shared/config/problems.ts';
import { shopWith } from './config-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'landfall.yaml');
  await writeFile(path, content);
  return path;
}

async function refusal(path: string): Promise<InvalidConfigError> {
  const thrown = await loadConfig(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(InvalidConfigError);
  return thrown as InvalidConfigError;
}

describe('loadConfig', () => {
  it('reads a file', async () => {
    const config = await loadConfig(await fileWith(shopWith('public.orders:')));
    expect([...config.sources.keys()]).toEqual(['shop']);
  });

  it('names the file with its path in every problem', async () => {
    const path = await fileWith('version: 3\n');
    const { message, problems } = await refusal(path);
    expect(message.split('\n')).toContain(`${path}:1: version: found 3; allowed: 1`);
    expect(problems.every(({ file }) => file === path)).toBe(true);
  });

  it('passes the rest for an original file on', async () => {
    const path = await fileWith('{"Tables": [{"table_name": "a", "sql_query": "select 1;"}]}');
    const source = { name: 'hr', dialect: 'postgres', secret: 'env:HR' } as const;
    const config = await loadConfig(path, { base: { origin: 'command line', target: { bucket: 'abc' }, source } });
    expect(config.sources.get('hr')?.tables.get('a')?.sql).toBe('select 1');
  });

  it('refuses what cannot be read, in one line', async () => {
    const missing = join(folder, 'none.yaml');
    const error = await refusal(missing);
    expect(error.code).toBe('CONFIG_UNREADABLE');
    expect(error.message).toBe(
      `${missing}: found no such file; allowed: the path of a configuration, such as config/landfall.yaml`,
    );
    expect((await refusal(folder)).message).toMatch(/: found a folder; allowed: the path of a configuration/);
    expect((await refusal(`${await fileWith('x')}/under-a-file`)).message).toMatch(
      /: found a file that cannot be read/,
    );
  });

  it('refuses a file beyond the limit and a device without end', async () => {
    const tooLarge = /found more than 5 MiB; allowed: a configuration of up to that size/;
    expect((await refusal(await fileWith('#'.repeat(MAX_CONFIG_BYTES + 1)))).message).toMatch(tooLarge);
    expect((await refusal(await fileWith('#'.repeat(MAX_CONFIG_BYTES)))).message).toMatch(/found an empty file/);
    if (process.platform === 'linux') expect((await refusal('/dev/zero')).message).toMatch(tooLarge);
  });

  it('refuses bytes that are not UTF-8', async () => {
    for (const bytes of [
      Buffer.from('version: 1', 'utf16le'),
      Buffer.from([0xff, 0xfe, 0x76]),
      Buffer.from('käse', 'latin1'),
    ]) {
      expect((await refusal(await fileWith(bytes))).message).toMatch(
        /found (bytes that are not UTF-8|"|text that is not YAML|a line)/,
      );
    }
  });

  it('reads the example that comes with the project', async () => {
    const config = await loadConfig('config/landfall.yaml');
    expect([...config.sources.keys()]).toEqual(['shop', 'erp', 'payroll']);
    expect([...config.sources.get('shop')!.tables.keys()]).toHaveLength(10);
    const tables = [...config.sources.values()].flatMap((source) => [...source.tables.values()]);
    const changes = tables.filter(({ mode }) => mode !== 'full-refresh');
    expect(changes.map(({ name, mode, updateKey }) => [name, mode, updateKey])).toEqual([
      ['public.shipments', 'incremental', 'updated_at'],
      ['public.page_views', 'incremental', 'id'],
      ['public.addresses', 'incremental', 'xmin'],
      ['dbo.Invoices', 'incremental', 'RowVersion'],
      ['dbo.Customers', 'change-tracking', undefined],
    ]);
  });

  it('reads five thousand tables in a moment', async () => {
    const tables = Array.from({ length: 5000 }, (_, index) => `public.table_${index}:\n  format: csv`).join('\n');
    const path = await fileWith(shopWith(tables));
    const startMs = performance.now();
    expect((await loadConfig(path)).sources.get('shop')?.tables.size).toBe(5000);
    expect(performance.now() - startMs).toBeLessThan(60_000);
  });
});

describe('the example', () => {
  it('begins with the line by which editors complete', async () => {
    const [first] = (await readFile('config/landfall.yaml', 'utf8')).split('\n');
    expect(first).toBe('# yaml-language-server: $schema=./landfall.schema.json');
  });
});
