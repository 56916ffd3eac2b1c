import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadDeployable } from '../../../../config/deploy/check-deployable.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-deployable-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function configFile(sources: Readonly<Record<string, object>>): Promise<string> {
  const path = join(folder, 'landfall.yaml');
  const withTables = Object.entries(sources).map(([name, source]) => [
    name,
    { dialect: 'postgres', secret: ARN, tables: { 'public.a': {} }, ...source },
  ]);
  await writeFile(
    path,
    JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources: Object.fromEntries(withTables) }),
  );
  return path;
}

async function problemsOf(sources: Readonly<Record<string, object>>): Promise<string[]> {
  const path = await configFile(sources);
  const error = await loadDeployable(path).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ name: 'ConfigError', code: 'NOT_DEPLOYABLE' });
  return error!.message.split('\n').map((line) => line.slice(path.length + 2));
}

describe('a configuration', () => {
  it('is deployable as the example is', async () => {
    expect((await loadDeployable('config/landfall.yaml')).sources.size).toBe(3);
  });

  it('is deployable with a certificate of this folder', async () => {
    const ssl = { mode: 'verify-full', ca: 'test/fixtures/tls/ca.pem' };
    const config = await loadDeployable(await configFile({ shop: { ssl } }));
    expect(config.sources.get('shop')?.ssl).toEqual(ssl);
  });

  it('is not deployable with secrets of this machine; all are told at once', async () => {
    expect(await problemsOf({ shop: { secret: 'env:SHOP' }, crm: {}, erp: { secret: 'file:./erp.json' } })).toEqual([
      expect.stringMatching(/^sources\.shop\.secret: found env:SHOP, which only this machine knows; allowed/),
      expect.stringMatching(/^sources\.erp\.secret: found file:\.\/erp\.json, .*ARN of a secret/),
    ]);
  });

  it.each([
    ['/etc/ssl/ca.pem', 'a relative path'],
    ['../ca.pem', 'a relative path'],
    ['config/../../ca.pem', 'a relative path'],
    ['nowhere/ca.pem', 'cannot be read'],
    ['package.json', 'holds no certificate'],
  ])('is not deployable with the certificate %s', async (ca, why) => {
    expect(await problemsOf({ shop: { ssl: { mode: 'verify-full', ca } } })).toEqual([
      expect.stringMatching(new RegExp(`^sources\\.shop\\.ssl\\.ca: found ${ca.replaceAll('.', '\\.')}.*${why}`)),
    ]);
  });

  it("is more than an original's tables", async () => {
    const path = join(folder, 'tables.json');
    await writeFile(path, '{"Tables": [{"table_name": "a", "sql_query": "select 1 as x"}]}');
    await expect(loadDeployable(path)).rejects.toMatchObject({
      code: 'TABLES_ONLY',
      remedy: expect.stringContaining('npx landfall init'),
    });
  });

  it('is checked as everywhere before', async () => {
    await expect(loadDeployable(join(folder, 'gone.yaml'))).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
    const path = join(folder, 'broken.yaml');
    await writeFile(path, 'version: [');
    await expect(loadDeployable(path)).rejects.toMatchObject({ code: 'CONFIG_SYNTAX' });
    await writeFile(path, 'version: 1');
    await expect(loadDeployable(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
