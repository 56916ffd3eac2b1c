import { expect, it } from '@jest/globals';
import manifest from '../../../package.json' with { type: 'json' };
import { VERSION } from '../../../shared/core/version.ts';

it('the version is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});
