import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LIKELY_CAUSES, likelyCause } from '../../../shared/alert/causes.ts';

const OPERATIONS = new URL('../../../docs/operations.md', import.meta.url);

describe('likely causes', () => {
  it('stand in docs/operations.md as they are in the code', () => {
    const table = Object.entries(LIKELY_CAUSES).map(([code, cause]) => `| \`${code}\` | ${cause} |`);
    const documented = readFileSync(OPERATIONS, 'utf8').split('## Error codes')[1] ?? '';
    expect(documented.split('\n').filter((line) => /^\| `[A-Z0-9_]+` \|/.test(line))).toEqual(table);
  });

  it('point to message and logs for a code that nobody foresaw', () => {
    expect(likelyCause('NEVER_HEARD_OF')).toContain('the logs say more');
  });
});
