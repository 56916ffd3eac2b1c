import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { configFiles } from '../../../../../config/deploy/bundle/config-files.ts';
import { sourceConfig } from '../../../../support/source-config.ts';

it('a function gets its configuration and the certificates that it names, where it looks for them', async () => {
  const ca = './test/../test/fixtures/tls/ca.pem';
  const files = await configFiles('config/landfall.yaml', [
    sourceConfig({ ssl: { mode: 'verify-full', ca } }),
    sourceConfig({ ssl: { mode: 'require', ca: undefined } }),
    sourceConfig({ ssl: { mode: 'disable', ca: 'nowhere.pem' } }),
  ]);
  expect([...files.keys()]).toEqual(['config/landfall.yaml', 'test/fixtures/tls/ca.pem']);
  expect(files.get('test/fixtures/tls/ca.pem')).toEqual(await readFile('test/fixtures/tls/ca.pem'));
});
