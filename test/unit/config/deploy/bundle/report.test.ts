import { expect, it } from '@jest/globals';
import { reportTable } from '../../../../../config/deploy/bundle/report.ts';

it('the report of bundles fits 80 columns', () => {
  const table = reportTable(
    [
      {
        kind: 'scheduler',
        codeBytes: 598_329,
        modules: 611,
        zipBytes: 440_400,
        coldMs: 104.4,
        coldCpuMs: 98,
        cachedMs: 61,
      },
      {
        kind: 'extractor-postgres',
        codeBytes: 21_434_800,
        modules: 11_084,
        zipBytes: 52_690_400,
        coldMs: 11_234,
        coldCpuMs: 10_999,
        cachedMs: 9_012,
      },
    ],
    new Map([['scheduler', { codeBytes: 600_000, modules: 600 }]]),
  );
  expect(table).toBe(
    `bundle              code kB   change  modules   zip kB  import ms    CPU  cached
scheduler             598.3   -0.3 %      611    440.4        104     98      61
extractor-postgres  21434.8      new    11084  52690.4      11234  10999    9012
`,
  );
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
