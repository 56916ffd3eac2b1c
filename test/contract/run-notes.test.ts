import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AnnouncementRecord, AttemptRecord, OverdueRecord } from '../../shared/core/records.ts';
import type { RunNotes } from '../../shared/ledger/ledger.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { orders, run } from '../unit/ledger/records.ts';

let s3: TestS3;
let notes: RunNotes;

beforeEach(async () => {
  s3 = await startTestS3();
  ({ notes } = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: 'lake/' }));
});
afterEach(() => s3.close());

function attempt(table: string, number: number): AttemptRecord {
  return {
    version: 1,
    source: run.source,
    table,
    run_id: run.runId,
    chunk: 0,
    sequence: 0,
    attempt: number,
    started_at: '2026-11-22T03:00:02.000Z',
    ended_at: '2026-11-22T03:00:03.000Z',
    error_class: 'SourceError',
    error_code: 'CONNECTION_LOST',
    error_message: 'Failed reading.',
    followed_by: 'retry',
  };
}

describe('attempts that failed', () => {
  it('are kept beside each other, by table', async () => {
    await notes.recordAttempt(attempt('public.orders', 1), 'a');
    await notes.recordAttempt(attempt('public.orders', 2), 'b');
    await notes.recordAttempt(attempt('größe / "x"', 1), 'a');
    expect(await notes.listAttemptsOf(orders)).toEqual([attempt('public.orders', 1), attempt('public.orders', 2)]);
    const all = await notes.listAttempts(run);
    expect(all).toHaveLength(3);
    expect(all).toContainEqual(attempt('größe / "x"', 1));
    expect(await notes.listAttempts({ ...run, runId: '20261123T030000Z' })).toEqual([]);
  });

  it('are all found when there are more than are read at once', async () => {
    for (let n = 1; n <= 40; n++) await notes.recordAttempt(attempt('public.orders', n), String(n));
    const found = (await notes.listAttemptsOf(orders)).map((each) => each.attempt);
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});

const announcement = (table: string): AnnouncementRecord => ({
  version: 1,
  source: run.source,
  run_id: run.runId,
  error_code: 'LOGIN_REFUSED',
  table,
  claimed_at: '2026-11-22T03:00:02.000Z',
  announced_at: null,
});

describe('the email about a cause', () => {
  it('is claimed by one of many at the same time', async () => {
    const claims = Array.from({ length: 8 }, (_, index) => announcement(`public.t${index}`));
    const won = await Promise.all(
      claims.map((claim) =>
        notes.updateAnnouncement(run, 'LOGIN_REFUSED', (standing) => (standing ? undefined : claim)),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await notes.readAnnouncement(run, 'LOGIN_REFUSED')).toEqual(claims[won.indexOf(true)]);
    expect(await notes.listAnnouncements(run)).toHaveLength(1);
  });

  it('is one for each cause and each run', async () => {
    await notes.updateAnnouncement(run, 'LOGIN_REFUSED', () => announcement('public.orders'));
    expect(await notes.readAnnouncement(run, 'TABLE_NOT_FOUND')).toBeUndefined();
    expect(await notes.readAnnouncement({ ...run, runId: '20261123T030000Z' }, 'LOGIN_REFUSED')).toBeUndefined();
  });
});

describe('the tables that are overdue', () => {
  it('are kept also for a run that there never was', async () => {
    const told: OverdueRecord = {
      version: 1,
      source: run.source,
      run_id: run.runId,
      tables: [{ table: 'public.orders', announced_at: '2026-11-22T05:00:00.000Z' }],
    };
    expect(await notes.readOverdue(run)).toBeUndefined();
    expect(await notes.updateOverdue(run, () => told)).toBe(true);
    expect(await notes.updateOverdue(run, () => undefined)).toBe(false);
    expect(await notes.readOverdue(run)).toEqual(told);
  });
});

describe('the report of a run', () => {
  it('is one page that a browser shows, replaced as a whole', async () => {
    await notes.writeReport(run, '<!doctype html><p>one');
    await notes.writeReport(run, '<!doctype html><p>größer');
    const object = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: notes.reportKey(run) }));
    expect(notes.reportKey(run)).toBe('lake/_landfall/runs/shop/20261122T030000Z/report.html');
    expect(object.ContentType).toBe('text/html; charset=utf-8');
    expect(await object.Body!.transformToString()).toBe('<!doctype html><p>größer');
  });
});
