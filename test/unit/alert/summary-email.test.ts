import { describe, expect, it } from '@jest/globals';
import { summaryEmail } from '../../../shared/alert/summary-email.ts';
import type { TableOutcome } from '../../../shared/core/records.ts';
import { directions, empty, failed, failuresOf, landed, story, summary, superseded } from './email-records.ts';

const emailOf = (tables: readonly TableOutcome[]) =>
  summaryEmail(summary(tables), { failures: failuresOf(tables), reportKey: story.reportKey }, directions);
const headlineOf = (...tables: readonly TableOutcome[]) => emailOf(tables).subject.split(': ').at(-1);

describe('summaryEmail', () => {
  it('does not say that all landed when another run had one of them', () => {
    const other = superseded('b', '20261121T030000Z');
    expect(headlineOf(landed('a', 1, 1), other)).toBe('1 of 2 tables superseded');
    expect(headlineOf(other)).toBe('the table was superseded');
    expect(emailOf([superseded('b', null)]).body).toContain('superseded  b  run unknown had it');
  });

  it.each<[string, readonly TableOutcome[]]>([
    ['all 2 tables landed', [landed('a', 1, 1), empty('b')]],
    ['the table landed', [landed('a', 1, 1)]],
    ['the table failed', [failed('a', 'X')]],
    ['1 of 2 tables failed', [failed('a', 'X'), landed('b', 1, 1)]],
  ])('says that %s', (headline, tables) => {
    expect(headlineOf(...tables)).toBe(headline);
  });

  it('names a failure without a code as one that nobody foresaw', () => {
    expect(emailOf([failed('a', null)]).body).toMatch(/^UNEXPECTED, 1 table\n {2}a\n/m);
  });

  it('lists fifty tables behind those that failed', () => {
    const tables = [
      ...Array.from({ length: 60 }, (_, index) => landed(`ok${index}`, 1, 1)),
      ...Array.from({ length: 3 }, (_, index) => failed(`bad${index}`, 'X')),
    ];
    const { body } = emailOf(tables);
    expect(body.match(/^landed {2}ok\d+ {2}1 row$/gm)).toHaveLength(50);
    expect(body).toContain('\nand 10 more in the report\n');
    expect(body.indexOf('X, 3 tables')).toBeLessThan(body.indexOf('landed  ok0'));
  });

  it('stays within the limits of SNS however many tables failed for however many causes', () => {
    const tables = Array.from({ length: 2_000 }, (_, index) =>
      failed(`schema.table_${index}`, `CODE_${index % 40}`, 'word '.repeat(10_000)),
    );
    const { body } = emailOf(tables);
    expect(body.match(/^CODE_\d+, 50 tables$/gm)).toHaveLength(10);
    expect(body).toContain('\nand 30 more causes in the report\n');
    expect(Buffer.byteLength(body)).toBeLessThan(60_000);
  });
});
