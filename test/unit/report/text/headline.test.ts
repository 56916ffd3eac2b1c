import { describe, expect, it } from '@jest/globals';
import type { ReportedStanding, ReportedTable } from '../../../../shared/report/model.ts';
import { headline, outcomeOf, tallyOf } from '../../../../shared/report/text/headline.ts';

function tally(counts: Partial<Record<ReportedStanding, number>>) {
  const tables = Object.entries(counts).flatMap(([standing, number]) =>
    Array.from({ length: number }, () => ({ standing }) as ReportedTable),
  );
  return tallyOf({ tables });
}

describe('the headline of a run', () => {
  it.each([
    [{}, 0, 'The run had no tables to land', 'good'],
    [{ landed: 1 }, 0, 'The one table landed', 'good'],
    [{ landed: 27, empty: 3 }, 0, 'All 30 tables landed', 'good'],
    [{ landed: 20, failed: 10 }, 2, '20 of 30 tables landed; 10 failed for 2 causes', 'bad'],
    [{ failed: 1 }, 1, 'None of 1 table landed; 1 failed for 1 cause', 'bad'],
    [{ landed: 1_999, superseded: 1 }, 0, '1,999 of 2,000 tables landed; 1 gave way to another run', 'mixed'],
    [{ landed: 1, reading: 1, queued: 2 }, 0, '1 of 4 tables landed; 3 not ended yet', 'open'],
    [
      { empty: 1, failed: 1, superseded: 1, planned: 1 },
      1,
      '1 of 4 tables landed; 1 failed for 1 cause, 1 gave way to another run, 1 not ended yet',
      'bad',
    ],
  ])('of %j for %d causes', (counts, causes, text, outcome) => {
    expect(headline(tally(counts), causes)).toBe(text);
    expect(outcomeOf(tally(counts))).toBe(outcome);
  });
});
