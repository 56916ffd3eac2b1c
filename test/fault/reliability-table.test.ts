import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Tests there run against real databases and real clients. */
const REAL = /^test\/(fault|contract|integration)\//;
const MIN_REAL_FAULTS = 40;

interface Row {
  readonly number: string;
  readonly fault: string;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
}

const document = readFileSync('docs/reliability.md', 'utf8');
const rows = rowsOf(document);

/** The rows of the one table of the section about faults. */
function rowsOf(text: string): Row[] {
  const section = text.split(/^## /m).find((each) => each.startsWith('Faults\n')) ?? '';
  const lines = section.split('\n').filter((line) => /^\| \d+ \|/.test(line));
  return lines.map((line) => {
    const [number = '', fault = '', , where = ''] = line.slice(2, -2).split(' | ');
    const tests = Array.from(where.matchAll(/`(?<path>test\/[^`]+)` › (?<title>.*?)(?=<br>|$)/g), ({ groups }) => ({
      path: groups!.path!,
      title: groups!.title!,
    }));
    return { number, fault, tests };
  });
}

describe('the table of faults', () => {
  it('counts its rows, none of them twice', () => {
    expect(rows.map(({ number }) => Number(number))).toEqual(rows.map((_, i) => i + 1));
    expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length);
  });

  it('names tests that exist', () => {
    const missing = rows.flatMap(({ number, tests }) =>
      tests
        .filter(({ path, title }) => !existsSync(path) || !isTitleIn(path, title))
        .map((test) => ({ number, ...test })),
    );
    expect(missing).toEqual([]);
  });

  it('has many faults that are tested with real parts', () => {
    const real = rows.filter(({ tests }) => tests.some(({ path }) => REAL.test(path)));
    expect(real.length).toBeGreaterThanOrEqual(MIN_REAL_FAULTS);
  });

  it('claims a test for every fault but those that say why not', () => {
    const bare = rows.filter(({ tests }) => tests.length === 0).map(({ number }) => number);
    const lines = document.split('\n').filter((line) => bare.some((number) => line.startsWith(`| ${number} |`)));
    for (const line of lines) expect(line).toMatch(/incremental tables|deployed stack|guarantees\.md/);
  });
});

/** As the whole of a title, in whatever quotes. */
function isTitleIn(path: string, title: string): boolean {
  const text = readFileSync(path, 'utf8');
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => text.includes(quoted));
}
