import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Tests there run against real databases and real clients. */
const REAL = /^test\/(fault|contract|integration)\//;
const MIN_REAL_FAULTS = 40;
const MIN_COMPLAINTS = 25;

interface NamedTest {
  readonly path: string;
  readonly title: string;
}

interface Row {
  readonly number: string;
  readonly fault: string;
  readonly tests: readonly NamedTest[];
}

const document = readFileSync('docs/reliability.md', 'utf8');
const rows = rowsOf('Faults').map(([number = '', fault = '', , where = '']): Row => {
  return { number, fault, tests: testsIn(where) };
});
const complaints = rowsOf('Complaints about the peers');

/** The cells of the one table of a section, row by row. */
function rowsOf(title: string): string[][] {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

function testsIn(where: string): NamedTest[] {
  return Array.from(where.matchAll(/`(?<path>test\/[^`]+)` › (?<title>.*?)(?=<br>|$)/g), ({ groups }) => ({
    path: groups!.path!,
    title: groups!.title!,
  }));
}

const missing = (tests: readonly NamedTest[]) =>
  tests.filter(({ path, title }) => !existsSync(path) || !isTitleIn(path, title));

describe('the table of faults', () => {
  it('counts its rows, none of them twice', () => {
    expect(rows.map(({ number }) => Number(number))).toEqual(rows.map((_, i) => i + 1));
    expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length);
  });

  it('names tests that exist', () => {
    expect(rows.flatMap(({ number, tests }) => missing(tests).map((test) => ({ number, ...test })))).toEqual([]);
  });

  it('has many faults that are tested with real parts', () => {
    const real = rows.filter(({ tests }) => tests.some(({ path }) => REAL.test(path)));
    expect(real.length).toBeGreaterThanOrEqual(MIN_REAL_FAULTS);
  });

  it('claims a test for every fault but those that say why not', () => {
    const bare = rows.filter(({ tests }) => tests.length === 0).map(({ number }) => number);
    const lines = document.split('\n').filter((line) => bare.some((number) => line.startsWith(`| ${number} |`)));
    for (const line of lines) expect(line).toMatch(/deployed stack|guarantees\.md/);
  });
});

describe('the table of complaints', () => {
  it('shows each by tests that exist', () => {
    expect(complaints.length).toBeGreaterThanOrEqual(MIN_COMPLAINTS);
    for (const [area, complaint, reported, answer, where = ''] of complaints) {
      expect([area, complaint, reported, answer]).not.toContain('');
      expect([complaint, testsIn(where).length > 0, missing(testsIn(where))]).toEqual([complaint, true, []]);
    }
  });

  it('tells none of them twice', () => {
    expect(new Set(complaints.map(([, complaint]) => complaint)).size).toBe(complaints.length);
  });
});

/** As the whole of a title, in whatever quotes. */
function isTitleIn(path: string, title: string): boolean {
  const text = readFileSync(path, 'utf8');
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => text.includes(quoted));
}
