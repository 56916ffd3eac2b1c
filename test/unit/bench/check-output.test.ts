import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { difference, expectedSums, outputSums } from '../../../bench/land/check/check-output.ts';
import { writeReference } from '../../../bench/land/check/reference.ts';
import type { OutputForm } from '../../../bench/land/subjects/subject.ts';
import { type BenchTable, tableNamed } from '../../../bench/land/tables.ts';

const CSV: OutputForm = {
  format: 'csv',
  binary: 'base64',
  compression: 'none',
  header: false,
  delimiter: ',',
  quote: '"',
};
/** Longer than the distinct rows: the first two come once more. */
const ROWS = 6;
const table: BenchTable = { ...tableNamed('orders'), distinctRows: 4 };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows as a program writes them, which spells some values another way. */
function linesOf(ids: readonly number[]): string[][] {
  return ids.map((id) => table.valuesOf(id).map((value) => (value === null ? '' : `"${value}"`)));
}

async function found(lines: readonly (readonly string[])[]): Promise<string | undefined> {
  const reference = join(folder, 'reference.jsonl');
  await writeReference(table, ROWS, reference);
  const output = join(folder, 'output.csv');
  writeFileSync(output, lines.map((cells) => `${cells.join(',')}\n`).join(''));
  return difference(await expectedSums(table, ROWS, reference), await outputSums(table, CSV, output), table);
}

const TURNS = [1, 2, 3, 4, 1, 2];

describe('the check of an output', () => {
  it('takes the same rows in any order', async () => {
    expect(await found(linesOf(TURNS))).toBeUndefined();
    expect(await found(linesOf([2, 4, 2, 1, 3, 1]))).toBeUndefined();
  });

  it('takes another spelling of the same value', async () => {
    const lines = linesOf(TURNS);
    lines[0]![0] = '01';
    lines[0]![2] = lines[0]![2]!.toLowerCase();
    lines[0]![5] = `${lines[0]![5]!.replaceAll('"', '')}000`;
    lines[0]![7] = lines[0]![7]!.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1');
    expect(await found(lines)).toBeUndefined();
  });

  it('sees a row too few and a row too many', async () => {
    expect(await found(linesOf(TURNS.slice(1)))).toBe('It has 5 rows of 6.');
    expect(await found(linesOf([...TURNS, 4]))).toBe('It has 7 rows of 6.');
  });

  it('sees a row that is there twice instead of another', async () => {
    expect(await found(linesOf([1, 2, 3, 4, 1, 1]))).toMatch(/^Its values differ from the source in id, /);
  });

  it('says in which column a value differs', async () => {
    const lines = linesOf(TURNS);
    lines[3]![5] = '"0.01"';
    expect(await found(lines)).toBe('Its values differ from the source in total.');
  });

  it('sees a NULL that is a value and a value that is NULL', async () => {
    const lines = linesOf(TURNS);
    lines[3]![8] = '"2026-01-01 00:00:00.000"';
    lines[1]![9] = '';
    expect(await found(lines)).toBe('Its values differ from the source in shipped_at, remark.');
  });

  it('sees values that stand in other rows', async () => {
    const lines = linesOf(TURNS);
    [lines[0]![4], lines[1]![4]] = [lines[1]![4]!, lines[0]![4]!];
    expect(await found(lines)).toBe('Its values stand in other rows than the source has them.');
  });
});
