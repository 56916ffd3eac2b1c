import { describe, expect, it } from '@jest/globals';
import {
  recordsOfSource,
  runFolders,
  scheduledRecords,
  watchdogRecords,
  watchedRecords,
} from '../../../../../config/deploy/roles/record-patterns.ts';
import { LedgerLayout } from '../../../../../shared/ledger/layout.ts';
import { matchesPattern } from '../../../../support/iam/patterns.ts';

const PREFIX = 'raw/';
const layout = new LedgerLayout(PREFIX);

const isAmong = (patterns: readonly string[], key: string) => patterns.some((pattern) => matchesPattern(pattern, key));

/** Every key that the ledger knows, by the method of its layout. */
function keysOf(source: string) {
  const run = { source, runId: '20261122T030000Z' };
  const table = { ...run, table: 'public.orders' };
  return {
    plan: layout.plan(run),
    sent: layout.sent(run),
    summary: layout.summary(run),
    part: layout.part(table, 0, 1, 'attempt'),
    tablePlan: layout.tablePlan(table),
    chunksSent: layout.chunksSent(table),
    tablePlans: layout.tablePlans(run),
    checkpoints: layout.checkpoints(run),
    checkpoint: layout.checkpoint(table, 0),
    chunkEnds: layout.chunkEnds(table),
    chunkEnd: layout.chunkEnd(table, 0),
    supersededTables: layout.supersededTables(run),
    superseded: layout.superseded(table),
    claims: layout.claims(source),
    claim: layout.claim(source, table.table),
    manifests: layout.manifests(run),
    manifest: layout.manifest(table),
    failures: layout.failures(run),
    failure: layout.failure(table),
    attempts: layout.attempts(run),
    attemptsOf: layout.attemptsOf(table),
    attempt: layout.attempt(table, 'attempt'),
    announcements: layout.announcements(run),
    announcement: layout.announcement(run, 'LOGIN_REFUSED'),
    overdue: layout.overdue(run),
    report: layout.report(run),
    latest: layout.latest(source, table.table),
    symlinks: layout.symlinks(source, table.table),
    state: layout.state(source, table.table),
    schema: layout.schema(source, table.table),
    removed: layout.removed(table),
    runs: layout.runs(source),
  };
}

const matchedOf = (patterns: readonly string[], source = 'shop') =>
  Object.entries(keysOf(source)).flatMap(([name, key]) => (isAmong(patterns, key) ? [name] : []));

describe('the patterns of records', () => {
  it('are held against every key of the ledger', () => {
    const methods = Object.getOwnPropertyNames(LedgerLayout.prototype).filter((name) => name !== 'constructor');
    expect(Object.keys(keysOf('shop')).toSorted()).toEqual(methods.toSorted());
  });

  it('are for an extractor all records of its source but those of the watchdog, and none of another', () => {
    const all = Object.keys(keysOf('shop')).filter((name) => name !== 'overdue');
    expect(matchedOf(recordsOfSource(PREFIX, 'shop'))).toEqual(all);
    for (const other of ['erp', 'shop2', 'shop%2Fx', 'Shop']) {
      expect(matchedOf(recordsOfSource(PREFIX, 'shop'), other)).toEqual([]);
    }
    expect(matchedOf(recordsOfSource(PREFIX, 'shop/a'), 'shop/a')).toEqual(all);
  });

  it('are for the scheduler the plan and what was sent, and the folders of runs to look into', () => {
    expect(matchedOf(scheduledRecords(PREFIX))).toEqual(['plan', 'sent']);
    expect(isAmong(runFolders(PREFIX), layout.manifests({ source: 'erp', runId: '20261122T030000Z' }))).toBe(true);
    expect(isAmong(runFolders(PREFIX), 'raw/erp/')).toBe(false);
  });

  it('are for the watchdog the ends of runs, what was told of them, and overdue tables', () => {
    expect(matchedOf(watchdogRecords(PREFIX))).toEqual([
      'summary',
      'failures',
      'failure',
      'announcements',
      'announcement',
      'overdue',
      'report',
    ]);
    expect(matchedOf(watchedRecords(PREFIX))).not.toContain('state');
    expect(matchedOf(watchedRecords(PREFIX))).toEqual(
      expect.arrayContaining(['claim', 'latest', 'manifest', 'overdue', 'runs']),
    );
  });
});
