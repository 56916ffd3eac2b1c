import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError, SourceError } from '../../../shared/core/errors.ts';
import { formatMessage, replayMessage, type TableMessage } from '../../../shared/core/message.ts';
import { runEndOf } from '../../../shared/flow/announce-run-end.ts';
import { claimAnnouncement } from '../../../shared/flow/announcements.ts';
import { finishRun } from '../../../shared/flow/finish-run.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { FlowRig, NotingQueue, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const TABLES = ['t.a', 't.b', 't.c', 't.d'];
const FINE = 't.fine';
const run = { source: SOURCE, runId: RUN_ID };
const MINUTE_MS = 60_000;
const gone = new SourceError('TABLE_NOT_FOUND', 'gone', { retry: 'permanent' });
const denied = new SourceError('PERMISSION_DENIED', 'no', { retry: 'permanent' });

let rig: FlowRig;
let nowMs: number;
let services: ExtractServices;

beforeEach(async () => {
  const tables = Object.fromEntries([...TABLES, FINE].map((table) => [table, { format: 'csv' }]));
  rig = await FlowRig.start({ tables });
  nowMs = RUN_TIME_MS;
  services = { ...rig.services, clock: { now: () => nowMs, sleep: async () => undefined } };
  rig.database.tables.set(FINE, { batches: rowBatches(20) });
  for (const table of TABLES) failWith(gone, table);
  await rig.plan();
});
afterEach(() => rig.close());

function failWith(failure: SourceError, table: string): void {
  rig.database.tables.set(table, { batches: rowBatches(20), failure });
}

function deliver(message: TableMessage, own: ExtractServices = services) {
  const delivery = { queue: new NotingQueue(), body: formatMessage(message), receiptHandle: 'receipt', attempt: 1 };
  return takeMessage(delivery, own, noDeadline, () => rig.log, rig.log);
}

const take = (table: string, own?: ExtractServices) => deliver(rig.message(table), own);
const replay = (table: string, atMs: number) => deliver(replayMessage(SOURCE, RUN_ID, table, atMs));
const subjects = () => rig.mails.map(({ subject }) => subject.replace('Landfall: shop ', ''));
const announcedAt = async (table: string) => (await services.ledger.readFailure(rig.message(table)))?.announced_at;
const down = { publish: async () => await Promise.reject(new QueueError('ALERT_NOT_SENT', 'SNS is down')) };
const END = `run ${RUN_ID}: 4 of 5 tables failed`;

describe('a storm', () => {
  it('is one email per cause, and one at the end of the run that names every table', async () => {
    failWith(denied, 't.c');
    for (const table of [...TABLES, FINE]) await take(table);
    expect(subjects()).toEqual(['t.a did not land (TABLE_NOT_FOUND)', 't.c did not land (PERMISSION_DENIED)', END]);
    for (const table of TABLES) expect(rig.mails.at(-1)!.body).toMatch(new RegExp(`^ {2}${table}$`, 'm'));
    expect(await Promise.all(TABLES.map(announcedAt))).toEqual(TABLES.map(() => expect.any(String)));
  });

  it('that breaks out at one moment is one email per cause too', async () => {
    await Promise.all([...TABLES, FINE].map((table) => take(table)));
    expect(subjects()).toHaveLength(2);
    expect(subjects()).toEqual([expect.stringMatching(/^t\.. did not land \(TABLE_NOT_FOUND\)$/), END]);
  });

  it('of causes that were all told of sends nothing at the end of the run', async () => {
    for (const table of TABLES.slice(1)) rig.database.tables.set(table, { batches: rowBatches(20) });
    for (const table of [...TABLES, FINE]) await take(table);
    expect(subjects()).toEqual(['t.a did not land (TABLE_NOT_FOUND)']);
    expect(await services.ledger.readSummary(run)).toBeDefined();
  });

  it('without a ledger is one email per cause from each worker', async () => {
    const { client } = rig.s3;
    const away: ExtractServices = {
      ...services,
      ledger: new S3Ledger({ client, bucket: 'no-such-bucket', prefix: '' }),
      landing: new S3Landing({ client, bucket: 'no-such-bucket' }),
    };
    for (const table of TABLES) await take(table, away);
    expect(subjects()).toEqual(['t.a did not land (BUCKET_NOT_FOUND)']);
    await take('t.a', { ...away, alerts: { publish: async (mail) => void rig.mails.push(mail) } });
    expect(subjects()).toHaveLength(2);
  });
});

describe('an email', () => {
  it('says since when the table fails, and when it landed last', async () => {
    const last = 'raw/_landfall/runs/shop/20261121T030000Z/manifests/t.a.json';
    rig.database.tables.set('t.a', { batches: rowBatches(20) });
    await rig.plan(RUN_TIME_MS - 86_400_000, ['t.a']);
    await deliver(rig.message('t.a', '20261121T030000Z'));
    failWith(new SourceError('CONNECTION_LOST', 'lost'), 't.a');
    await expect(take('t.a')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    nowMs += 5 * MINUTE_MS;
    failWith(gone, 't.a');
    await take('t.a');
    const { body } = rig.mails[0]!;
    expect(body).toContain('Failed at:     2026-11-22 03:05:00 UTC\nFailing since: 2026-11-22 03:00:00 UTC\n');
    expect(body).toContain('Last landed:   2026-11-22 03:00:00 UTC\nIn run:        20261121T030000Z\n');
    expect(body).toContain(`\n  s3://${rig.s3.bucket}/${last}\n`);
    expect(await rig.keys()).toContain(last);
    expect(await rig.keys()).toContain(`raw/_landfall/runs/shop/${RUN_ID}/failures/t.a.json`);
  });

  it('that somebody claimed and did not send is sent by whoever fails next, once two minutes are over', async () => {
    const cause = { ...run, errorCode: 'TABLE_NOT_FOUND', table: 't.a', replayedAtMs: 0 };
    expect(await claimAnnouncement(cause, services)).toBeDefined();
    nowMs += MINUTE_MS;
    await take('t.b');
    expect(subjects()).toEqual([]);
    nowMs += MINUTE_MS;
    await Promise.all([take('t.c'), take('t.d')]);
    expect(subjects()).toEqual([expect.stringMatching(/^t\.[cd] did not land \(TABLE_NOT_FOUND\)$/)]);
  });

  it('that was claimed and never sent is made up for at the end of the run', async () => {
    failWith(denied, 't.a');
    await take('t.a');
    const cause = { ...run, errorCode: 'TABLE_NOT_FOUND', table: 't.b', replayedAtMs: 0 };
    expect(await claimAnnouncement(cause, services)).toBeDefined();
    for (const table of ['t.b', 't.c', 't.d', FINE]) await take(table);
    expect(subjects()).toHaveLength(1);
    nowMs += 2 * MINUTE_MS;
    await finishRun(run, services, rig.log);
    expect(subjects()).toEqual(['t.a did not land (PERMISSION_DENIED)', END]);
  });

  it('that SNS does not take is left to whoever fails next, and to the end of the run', async () => {
    await take('t.a', { ...services, alerts: down });
    expect(await announcedAt('t.a')).toBeNull();
    expect(rig.lines.map(({ message }) => message)).toContain('The failure was not announced');
    await take('t.b');
    expect(subjects()).toEqual(['t.b did not land (TABLE_NOT_FOUND)']);
    for (const table of ['t.c', 't.d', FINE]) await take(table);
    expect(subjects().at(-1)).toBe(END);
    expect(await announcedAt('t.a')).toEqual(expect.any(String));
  });
});

describe('the end of a run', () => {
  it('is told by the next one when the first has died of it', async () => {
    for (const table of TABLES) await take(table);
    expect(await claimAnnouncement(runEndOf(run), services)).toBeDefined();
    await take(FINE);
    expect([subjects().length, await services.ledger.readSummary(run)]).toEqual([1, expect.anything()]);
    nowMs += 3 * MINUTE_MS;
    await Promise.all([1, 2, 3].map(() => finishRun(run, services, rig.log)));
    expect(subjects().slice(1)).toEqual([END]);
    await finishRun(run, services, rig.log);
    expect(subjects()).toHaveLength(2);
  });

  it('that SNS does not take is told when the message, or another one, comes back', async () => {
    for (const table of TABLES) await take(table);
    await take(FINE, { ...services, alerts: down });
    expect(rig.lines.map(({ message }) => message)).toContain('The run summary was not sent');
    expect(await take(FINE)).toEqual({ status: 'superseded' });
    expect(subjects().slice(1)).toEqual([END]);
  });

  it.each([
    ['which is not sent', true, END],
    ['which is sent', false, 't.d did not land (PERMISSION_DENIED)'],
  ])('waits for an email %s about a table', async (_, isLost, last) => {
    failWith(denied, 't.d');
    for (const table of ['t.b', 't.c']) rig.database.tables.set(table, { batches: rowBatches(20) });
    for (const table of ['t.a', 't.b', 't.c']) await take(table);
    const publish = async (mail: { subject: string; body: string }) => {
      await take(FINE);
      expect(await services.ledger.readSummary(run)).toBeDefined();
      if (isLost) await down.publish();
      rig.mails.push(mail);
    };
    await take('t.d', { ...services, alerts: { publish } });
    if (isLost) await finishRun(run, services, rig.log);
    expect(subjects().map((subject) => subject.replace('2 of 5', '4 of 5'))).toEqual([
      't.a did not land (TABLE_NOT_FOUND)',
      last,
    ]);
  });

  it('that cannot be read whole is told when the message comes back', async () => {
    for (const table of TABLES) await take(table);
    const { ledger } = services;
    const createSummary = ledger.createSummary.bind(ledger);
    ledger.createSummary = async () => await Promise.reject(new QueueError('QUEUE_UNAVAILABLE', 'not now'));
    await expect(take(FINE)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    ledger.createSummary = createSummary;
    await take(FINE);
    expect(subjects().slice(1)).toEqual([END]);
  });

  it('leaves its report beside its records before the email names it', async () => {
    let inTime = false;
    const report = `raw/_landfall/runs/shop/${RUN_ID}/report.html`;
    const publish = async ({ subject }: { subject: string }) => {
      if (subject.includes(' run ')) inTime = (await rig.keys()).includes(report);
    };
    for (const table of [...TABLES, FINE]) await take(table, { ...services, alerts: { publish } });
    expect(inTime).toBe(true);
  });
});

describe('a replay', () => {
  beforeEach(async () => {
    for (const table of [...TABLES, FINE]) await take(table);
    rig.mails.length = 0;
    nowMs += 10 * MINUTE_MS;
  });

  it('that fails again is told of again, and a storm of it once', async () => {
    const replayedAtMs = nowMs;
    nowMs += MINUTE_MS;
    for (const table of TABLES) await replay(table, replayedAtMs);
    expect(subjects()).toEqual(['t.a did not land (TABLE_NOT_FOUND)']);
    expect(rig.mails[0]!.body).toMatch(/This was a replay/);
    nowMs += MINUTE_MS;
    await Promise.all(TABLES.map((table) => replay(table, replayedAtMs + MINUTE_MS)));
    expect(subjects()).toHaveLength(2);
  });

  it('does not make the messages of the run itself, or of an earlier replay, news again', async () => {
    await replay('t.a', nowMs);
    await take('t.b');
    await replay('t.c', nowMs - MINUTE_MS);
    expect(subjects()).toEqual(['t.a did not land (TABLE_NOT_FOUND)']);
  });

  it('that lands says nothing, and does not tell of the end of the run again', async () => {
    for (const table of TABLES) rig.database.tables.set(table, { batches: rowBatches(20) });
    for (const table of TABLES) await replay(table, nowMs);
    expect(await rig.manifest('t.d')).toMatchObject({ status: 'landed' });
    expect(subjects()).toEqual([]);
  });
});
