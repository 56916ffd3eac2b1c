import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SourceConfig } from '../../../shared/config/config.ts';
import { QueueError, SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { watchDeadlines } from '../../../shared/flow/watch-deadlines.ts';
import { FlowRig, NotingQueue, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const ORDERS = 'public.orders';
const PEOPLE = 'public.people';
const NOBODY = 'public.nobody-waits';
const TABLES = [ORDERS, PEOPLE, NOBODY];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YESTERDAY = '20261121T030000Z';

let rig: FlowRig;
let nowMs: number;

beforeEach(async () => {
  rig = await FlowRig.start({ tables: Object.fromEntries(TABLES.map((table) => [table, { format: 'csv' }])) });
  for (const table of TABLES) rig.database.tables.set(table, { batches: rowBatches(20) });
  nowMs = RUN_TIME_MS;
});
afterEach(() => rig.close());

function servicesWith(schedule: string | undefined, settings: Partial<SourceConfig> = {}): ExtractServices {
  const { config } = rig.services;
  const source = config.sources.get(SOURCE)!;
  const tables = [...source.tables].map(([name, table]): [string, typeof table] => [
    name,
    { ...table, dueWithinMs: name === NOBODY ? undefined : 2 * HOUR_MS },
  ]);
  const own = { ...source, schedule, tables: new Map(tables), ...settings };
  const clock = { now: () => nowMs, sleep: async () => undefined };
  return { ...rig.services, clock, config: { ...config, sources: new Map([[SOURCE, own]]) } };
}

const DAILY = 'cron(0 3 * * ? *)';
const watch = (services = servicesWith(DAILY)) => watchDeadlines(services, rig.log);
const subjects = () => rig.mails.map(({ subject }) => subject.replace('Landfall: ', ''));

async function take(table: string, runId = RUN_ID, attempt = 1): Promise<void> {
  const delivery = {
    queue: new NotingQueue(),
    body: formatMessage(rig.message(table, runId)),
    receiptHandle: 'r',
    attempt,
  };
  const services = { ...servicesWith(DAILY), alerts: { publish: async () => undefined } };
  await takeMessage(delivery, services, noDeadline, () => rig.log, rig.log).catch(() => undefined);
}

describe('a deadline', () => {
  it('that has not passed says nothing, and one that all kept says nothing', async () => {
    await rig.plan();
    await take(ORDERS);
    nowMs = RUN_TIME_MS + 2 * HOUR_MS - 1;
    rig.mails.length = 0;
    // The day before nobody ran: that it was due is known all the same.
    expect((await watch()).map(({ run_id: runId }) => runId)).toEqual([YESTERDAY]);
    await take(PEOPLE);
    nowMs += 10 * HOUR_MS;
    rig.mails.length = 0;
    expect([await watch(), subjects()]).toEqual([[], []]);
  });

  it('that passed is told of once, with how each table stands', async () => {
    await rig.plan();
    rig.database.tables.set(ORDERS, {
      batches: rowBatches(20),
      failure: new SourceError('TABLE_NOT_FOUND', 'gone', { retry: 'permanent' }),
    });
    await take(ORDERS);
    nowMs = RUN_TIME_MS + 2 * HOUR_MS;
    expect(await watch()).toEqual([{ source: SOURCE, run_id: RUN_ID, tables: [ORDERS, PEOPLE] }]);
    expect(subjects()).toEqual([`2 tables of shop did not land in time (run ${RUN_ID})`]);
    const { body } = rig.mails[0]!;
    expect(body).toContain(
      `${ORDERS}\n  State:       failed (TABLE_NOT_FOUND)\n  Due within:  2h\n  Last landed: never\n`,
    );
    expect(body).toContain(`${PEOPLE}\n  State:       waits in the queue\n`);
    nowMs += HOUR_MS / 4;
    expect([await watch(), rig.mails.length]).toEqual([[], 1]);
  });

  it('of another table of the run is told of when it passes', async () => {
    const source = servicesWith(DAILY).config.sources.get(SOURCE)!;
    const tables = new Map(
      [...source.tables].map(([name, table]) => [
        name,
        name === PEOPLE ? { ...table, dueWithinMs: 3 * HOUR_MS } : table,
      ]),
    );
    const services = servicesWith(DAILY, { tables });
    nowMs = RUN_TIME_MS + 2.5 * HOUR_MS;
    expect((await watch(services)).map((told) => [told.run_id, told.tables])).toEqual([
      [YESTERDAY, [PEOPLE]],
      [RUN_ID, [ORDERS]],
    ]);
    nowMs += HOUR_MS;
    expect(await watch(services)).toMatchObject([{ run_id: RUN_ID, tables: [PEOPLE] }]);
    expect(await watch(services)).toEqual([]);
  });

  it('of a run that nobody started says so, and how to start it', async () => {
    await rig.plan(RUN_TIME_MS - DAY_MS);
    for (const table of TABLES) await take(table, YESTERDAY);
    nowMs = RUN_TIME_MS + 3 * HOUR_MS;
    await watch();
    const { body } = rig.mails[0]!;
    expect(body).toMatch(/State: {7}no run\n/);
    expect(body).toContain(`Last landed: 2026-11-22 03:00:00 UTC\n  In run:      ${YESTERDAY}\n`);
    expect(body).toContain('\n  npx landfall run --source shop\n');
  });

  it('is kept by any later run, and by a table that starts over', async () => {
    await rig.plan(RUN_TIME_MS + 1, [ORDERS]);
    await rig.plan(RUN_TIME_MS + HOUR_MS, [PEOPLE]);
    await take(ORDERS, runIdOf(RUN_TIME_MS + 1));
    await take(PEOPLE, runIdOf(RUN_TIME_MS + HOUR_MS));
    nowMs = RUN_TIME_MS + 3 * HOUR_MS;
    expect(await watch()).toEqual([]);
  });

  it('does not hold for tables that nobody waits for, disabled ones, and sources without a schedule', async () => {
    nowMs = RUN_TIME_MS + 3 * HOUR_MS;
    const { tables } = rig.services.config.sources.get(SOURCE)!;
    expect(await watch(servicesWith(DAILY, { tables }))).toEqual([]);
    const off = new Map([...tables].map(([name, table]) => [name, { ...table, dueWithinMs: HOUR_MS, disabled: true }]));
    expect(await watch(servicesWith(DAILY, { tables: off }))).toEqual([]);
    expect(await watch(servicesWith(undefined))).toEqual([]);
  });

  it('that passed more than three days ago is no news', async () => {
    const weekly = 'cron(0 3 ? * SUN *)';
    nowMs = RUN_TIME_MS + 2 * HOUR_MS + 3 * DAY_MS + 1;
    expect(await watch(servicesWith(weekly))).toEqual([]);
    nowMs -= 1;
    expect(await watch(servicesWith(weekly))).toMatchObject([{ run_id: RUN_ID }]);
  });

  it('goes by the clocks of the zone', async () => {
    const services = servicesWith('cron(0 3 * * ? *)', { timeZone: 'Europe/Berlin' });
    nowMs = RUN_TIME_MS + HOUR_MS;
    expect(await watch(services)).toMatchObject([{ run_id: '20261122T020000Z' }]);
    expect(rig.mails[0]!.body).toContain('Time zone: Europe/Berlin');
  });
});

describe('a rate', () => {
  it('is due a period behind the last landing of each table', async () => {
    const hourly = () => servicesWith('rate(1 hour)');
    expect(await watch(hourly())).toEqual([]);
    await rig.plan();
    for (const table of [ORDERS, PEOPLE]) await take(table);
    nowMs = RUN_TIME_MS + 3 * HOUR_MS - 1;
    expect(await watch(hourly())).toEqual([]);
    await rig.plan(RUN_TIME_MS + HOUR_MS, [PEOPLE, ORDERS]);
    await take(PEOPLE, runIdOf(RUN_TIME_MS + HOUR_MS));
    nowMs += 1;
    expect(await watch(hourly())).toEqual([{ source: SOURCE, run_id: '20261122T040000Z', tables: [ORDERS] }]);
    expect(rig.mails.at(-1)!.body).toContain(`${ORDERS}\n  State:       waits in the queue\n`);
    expect(await watch(hourly())).toEqual([]);
  });

  it('of tables that have never landed is due from the first run on', async () => {
    await rig.plan();
    nowMs = RUN_TIME_MS + 2 * HOUR_MS;
    expect(await watch(servicesWith('rate(1 hour)'))).toMatchObject([{ run_id: RUN_ID, tables: [ORDERS, PEOPLE] }]);
  });
});

describe('the watchdog', () => {
  it('tells again when the email was not taken, and does not keep other sources waiting', async () => {
    const services = servicesWith(DAILY);
    const other = { ...services.config.sources.get(SOURCE)!, name: 'erp' };
    const sources = new Map([...services.config.sources, ['erp', other]]);
    nowMs = RUN_TIME_MS + 3 * HOUR_MS;
    let tries = 0;
    const publish = async (mail: { subject: string; body: string }) => {
      tries += 1;
      if (tries === 1) throw new QueueError('ALERT_NOT_SENT', 'SNS is down');
      rig.mails.push(mail);
    };
    const both = { ...services, config: { ...services.config, sources }, alerts: { publish } };
    await expect(watch(both)).rejects.toMatchObject({ code: 'ALERT_NOT_SENT' });
    expect(subjects()).toEqual([`2 tables of erp did not land in time (run ${RUN_ID})`]);
    expect(await watch(both)).toMatchObject([{ source: SOURCE, run_id: RUN_ID }]);
  });

  it('ends a run that nobody ended', async () => {
    await rig.plan();
    const { ledger } = rig.services;
    const createSummary = ledger.createSummary.bind(ledger);
    ledger.createSummary = async () => await Promise.reject(new QueueError('QUEUE_UNAVAILABLE', 'not now'));
    for (const table of TABLES) {
      rig.database.tables.set(table, {
        batches: rowBatches(20),
        failure: new SourceError('TABLE_NOT_FOUND', 'gone', { retry: 'permanent' }),
      });
      await take(table);
    }
    ledger.createSummary = createSummary;
    expect(await ledger.readSummary({ source: SOURCE, runId: RUN_ID })).toBeUndefined();
    nowMs += HOUR_MS / 4;
    await watch(servicesWith(undefined));
    expect(await ledger.readSummary({ source: SOURCE, runId: RUN_ID })).toMatchObject({ run_id: RUN_ID });
    expect(subjects()).toEqual([`shop run ${RUN_ID}: 3 of 3 tables failed`]);
    await watch(servicesWith(undefined));
    expect(subjects()).toHaveLength(1);
  });
});
