import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LIKELY_CAUSES, likelyCause } from '../../../shared/alert/causes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OPERATIONS = `${ROOT}docs/operations.md`;

/** What is written like a code and is a word of S3, SQL Server or PostgreSQL, or a variable of the environment. */
const NO_CODE = /^(FULL_OBJECT|READ_ONLY|SQL_ASCII|CHANGE_TRACKING|(AWS|LANDFALL)_.*)$/;

/** Texts that are written like codes, and whatever an error is made with. */
const CODES = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'|\b(?:new \w+Error|super)\(\s*'([A-Z0-9_]+)'/g;

function codesIn(path: string): string[] {
  const found = [...readFileSync(path, 'utf8').matchAll(CODES)].map(([, code, only]) => code ?? only ?? '');
  return found.filter((code) => !NO_CODE.test(code));
}

describe('likely causes', () => {
  it('are there for every code of shared/ and handlers/', () => {
    const codes = new Set(
      globSync('{shared,handlers}/**/*.ts', { cwd: ROOT }).flatMap((path) => codesIn(`${ROOT}${path}`)),
    );
    expect(codes.size).toBeGreaterThan(80);
    expect([...codes].filter((code) => !Object.hasOwn(LIKELY_CAUSES, code))).toEqual([]);
  });

  it('stand in docs/operations.md as they are in the code', () => {
    const table = Object.entries(LIKELY_CAUSES).map(([code, cause]) => `| \`${code}\` | ${cause} |`);
    const documented = readFileSync(OPERATIONS, 'utf8').split('## Error codes')[1] ?? '';
    expect(documented.split('\n').filter((line) => /^\| `[A-Z0-9_]+` \|/.test(line))).toEqual(table);
  });

  it('point to message and logs for a code that nobody foresaw', () => {
    expect(likelyCause('NEVER_HEARD_OF')).toContain('the logs say more');
  });
});
