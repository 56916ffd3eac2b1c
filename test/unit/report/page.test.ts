import { describe, expect, it } from '@jest/globals';
import { reportPage } from '../../../shared/report/page.ts';
import { MAX_LISTED_TABLES } from '../../../shared/report/sections/tables.ts';
import { MAX_TIMELINE_TABLES } from '../../../shared/report/timeline/timeline-section.ts';
import { attempt, failed, landed, nightsBefore, runOf, SCRIPT_NAME, summaryOf } from '../../support/report-night.ts';
import { nightReport, nightRun } from '../../support/report-night-tables.ts';

function times(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe('the page of a run', () => {
  const page = reportPage(nightReport());

  it('begins with the outcome', () => {
    expect(page).toContain('<h1>20 of 30 tables landed; 9 failed for 2 causes, 1 gave way to another run</h1>');
    expect(page).toContain('<title>erp run 20261122T030000Z: 20 of 30 tables landed;');
    expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
  });

  it('tells each cause with its remedy, its command and its tables', () => {
    expect(times(page, '<article class="cause">')).toBe(2);
    expect(page).toContain('<h3><code>CONNECTION_LOST</code> <span class="quiet">7 tables</span></h3>');
    expect(page).toContain('<dd>The database restarted, failed over or closed the connection.</dd>');
    expect(page).toContain('<dd>Correct the column in <code>select</code> or <code>sql</code> of the table');
    const command = /<pre[^>]*><code>(.*?)<\/code>/.exec(page)![1]!.replaceAll(/<\/?span>/g, '');
    expect(command).toBe('npx landfall replay --source erp --run 20261122T030000Z --error CONNECTION_LOST');
  });

  it('says what is the same for all tables of a cause once, and otherwise with each', () => {
    expect(times(page, 'Read ECONNRESET')).toBe(1);
    const two = ['a', 'b'].map((name) => failed(name, 5, 'LOCK_TIMEOUT', `${name} is locked.`, 'Wait.'));
    const other = reportPage(nightReport(runOf(two)));
    expect([times(other, 'a is locked.'), times(other, 'b is locked.')]).toEqual([1, 1]);
  });

  it('asks for no replay of tables that land in another run anyway', () => {
    const [table] = [failed('t', 5, 'SCHEMA_CHANGED', 'changed', '')];
    const startedOver = { ...table!, failure: { ...table!.failure!, started_over_in: '20261122T030010Z' } };
    const text = reportPage(nightReport(runOf([startedOver])));
    expect(text).toContain('It lands in run 20261122T030010Z instead; no replay is needed.');
    expect(text).not.toContain('Then replay');
  });

  it('flags jumps, and tells the lost digits with the setting that keeps them', () => {
    expect(page).toContain('<strong class="flag">−95 %</strong>');
    expect(page).toContain('<strong class="flag">no rows</strong>');
    expect(page).toContain('2,113 values lost the 7th digit of a second.');
    expect(page).toContain('<code>temporal: nanos</code> or <code>temporal: text</code>');
  });

  it('holds no name as markup, and nothing that runs or is fetched', () => {
    expect(page).not.toContain(SCRIPT_NAME);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<script|<link[^>]+href="(?!data:,)|<img|<iframe|\son\w+=|@import|url\((?!#)|https?:/i);
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:;');
  });

  it('has each id once, and a place for each link', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/ (?:href|aria-labelledby|aria-describedby)="#?([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => id !== 'data:,' && !ids.includes(id))).toEqual([]);
  });

  it('draws the work of the picture, with the code of what failed', () => {
    const lane = /<div class="row">(?:(?!<div).)*?dbo\.Orders<.*?<\/div>/s.exec(page)![0];
    expect(times(lane, '<rect class="landed"')).toBe(40);
    expect(lane).toContain('failed attempt at chunk 2: CONNECTION_LOST');
    expect(lane).toContain('part 0 of chunk 0:');
    expect(times(page, 'class="mark empty-mark" cx="')).toBe(3);
  });

  it('is there for a run that has only begun, and for one without tables', () => {
    const begun = nightRun().tables.map((table) => ({
      ...table,
      standing: 'queued' as const,
      rows: 0,
      bytes: 0,
      attempts: 0,
      startedAt: undefined,
      endedAt: undefined,
      manifest: undefined,
      failure: undefined,
      superseded: undefined,
      failedAttempts: [],
    }));
    const page = reportPage(nightReport(runOf(begun)));
    expect(page).toContain('None of 30 tables landed; 30 not ended yet');
    expect(page).toContain('No work on a table was noted.');
    expect(reportPage(nightReport(runOf([])))).toContain('The run had no tables to land');
  });

  it('names what a replay landed after the end of the run', () => {
    const tables = [landed({ table: 'late', at: 8 * 3_600, seconds: 40, rows: 5 })];
    const summary = { ...summaryOf(tables), ended_at: '2026-11-22T03:05:00.000Z', seconds: 299 };
    const text = reportPage(nightReport(runOf(tables, summary)));
    expect(text).toContain('03:05:00 UTC</time>; 1 table later, by a replay');
    expect(text).toContain('8 h without work');
  });
});

describe('the page of 10,000 tables', () => {
  const retries = [attempt('x', 1, 'DEADLOCK')];
  const tables = Array.from({ length: 10_000 }, (_, index) =>
    index % 10 === 0
      ? failed(`dbo.Broken${index}`, index % 700, 'DEADLOCK', `message ${index}`, `remedy ${index}`, 3)
      : landed({
          table: `dbo.T${index}`,
          at: index % 700,
          seconds: 30,
          rows: index * 7,
          chunks: 20,
          retries,
        }),
  );
  const report = { ...nightReport(runOf(tables, summaryOf(tables))) };

  it('has a limited size and says what it leaves out', () => {
    const before = process.cpuUsage();
    const page = reportPage(report);
    const { user, system } = process.cpuUsage(before);
    expect(page.length).toBeLessThan(3_000_000);
    expect(times(page, '<div class="row')).toBe(MAX_TIMELINE_TABLES);
    expect(page).toContain('9,940 tables that took less time are left out.');
    expect(page).toContain(`${(10_000 - MAX_LISTED_TABLES).toLocaleString('en-US')} more tables not shown.`);
    expect(page).toContain('900 more tables not shown.');
    // Well below that on a quiet machine.
    expect((user + system) / 1e6).toBeLessThan(20);
  });

  it('compares every table with the nights before', () => {
    const rows = nightsBefore(tables)
      .at(-1)!
      .summary!.tables.find(({ table }) => table === 'dbo.T9999')!.rows;
    const table = report.tables.find((each) => each.table === 'dbo.T9999')!;
    expect(table.change).toBeUndefined();
    expect(rows).toBeGreaterThan(0);
  });
});
