import { describe, it } from '@jest/globals';
import { failureEmail } from '../../../shared/alert/failure-email.ts';
import { type Overdue, overdueEmail } from '../../../shared/alert/overdue-email.ts';
import { runFailureEmail } from '../../../shared/alert/run-failure-email.ts';
import { summaryEmail } from '../../../shared/alert/summary-email.ts';
import { QueueError } from '../../../shared/core/errors.ts';
import { expectGoldenEmail } from '../../support/golden-text.ts';
import {
  directions,
  empty,
  failed,
  failure,
  failuresOf,
  landed,
  lastLanded,
  RUN,
  story,
  summary,
  superseded,
} from './email-records.ts';

const reportKey = story.reportKey;

describe('the email about a failure', () => {
  it('of a table that has never landed', () => {
    expectGoldenEmail('failure', failureEmail(failure, story, directions));
  });

  it('of a table that was tried again and again, and landed the night before', () => {
    const lost = {
      ...failure,
      attempts: 5,
      error_code: 'HOST_UNREACHABLE',
      error_message: 'Connecting to erp failed: connect ECONNREFUSED 10.20.30.40:1433.',
      remedy: 'See whether the server runs and whether the security groups let the function through, then replay.',
    };
    const known = { ...story, lastLanded, failingSince: '2026-11-22T03:00:12.000Z' };
    expectGoldenEmail('failure-last-landing', failureEmail(lost, known, directions));
  });

  it('of the only table of a run', () => {
    expectGoldenEmail('failure-one-table', failureEmail(failure, { ...story, others: 'none' }, directions));
  });

  it('of a table that starts over in a run of its own', () => {
    const changed = {
      ...failure,
      error_class: 'ConsistencyError',
      error_code: 'SCHEMA_CHANGED',
      error_message: 'dbo.Orders changed between two parts: it has a new column "Discount".',
      remedy: 'The table started over in run 20261122T030000.001Z; no replay is needed.',
      started_over_in: '20261122T030000.001Z',
    };
    expectGoldenEmail('failure-started-over', failureEmail(changed, { ...story, lastLanded }, directions));
  });

  it('of a table that failed again after a replay', () => {
    const known = { ...story, lastLanded, others: 'nobody', failingSince: '2026-11-22T03:00:12.000Z' } as const;
    const again = { ...failure, failed_at: '2026-11-22T07:31:00.000Z' };
    expectGoldenEmail('failure-replayed', failureEmail(again, known, directions));
  });

  it('of a table with a name that no shell and no mail program likes', () => {
    const table = `dbo.It's "Ünï"\r\nSubject: $(rm -rf /) 注文 =x`;
    const source = 'erp';
    const awkward = { ...failure, source, table, error_message: `Failed opening ${table}:\n\nno such table` };
    expectGoldenEmail('failure-awkward-names', failureEmail(awkward, story, directions));
  });

  it('of a local run', () => {
    const local = {
      replayCommand: ['npx', 'landfall', 'replay', '--config', 'config/landfall.yaml', '--local', './landed'],
      logs: 'landed/.landfall/logs/2026-11-22T030000.000Z.jsonl',
      objects: 'landed/acme-data-lake/',
    };
    expectGoldenEmail('failure-local', failureEmail(failure, { ...story, lastLanded }, local));
  });
});

describe('the email about the end of a run', () => {
  it('in a storm: many tables, two causes', () => {
    const renamed = failed('dbo.Customers', 'COLUMN_NOT_FOUND', "Invalid column name 'Phone'.");
    const down = Array.from({ length: 19 }, (_, index) =>
      failed(
        `dbo.Table${index + 1}`,
        'HOST_UNREACHABLE',
        'Connecting to erp failed: connect ETIMEDOUT 10.20.30.40:1433.',
      ),
    );
    const fine = Array.from({ length: 10 }, (_, index) => landed(`dbo.Fine${index + 1}`, 1_234 * (index + 1), 99_000));
    const tables = [renamed, ...down, ...fine];
    const failures = failuresOf(tables, { remedy: 'See whether the server runs, then replay.' });
    expectGoldenEmail('run-end-storm', summaryEmail(summary(tables), { failures, reportKey }, directions));
  });

  it('when all landed', () => {
    const tables = [
      { ...landed('dbo.Orders', 1_234_567, 98_765_432), cost_usd: 0.012_345, seconds: 61 },
      { ...landed('dbo.Invoices', 1, 512), cost_usd: 0.000_012, full_because: 'scheduled' as const },
      empty('dbo.Notes'),
    ];
    expectGoldenEmail('summary-landed', summaryEmail(summary(tables), { failures: new Map(), reportKey }, directions));
  });

  it('with failures, one of which started over', () => {
    const tables = [
      landed('dbo.Orders', 5, 50),
      superseded('dbo.Events', '20261121T030000Z'),
      failed('dbo.Gone', 'TABLE_NOT_FOUND', "Invalid object name 'dbo.Gone'."),
      failed('dbo.Changed', 'SCHEMA_CHANGED', 'dbo.Changed has a new column "Discount".'),
    ];
    const failures = failuresOf(tables);
    failures.set('dbo.Changed', {
      ...failures.get('dbo.Changed')!,
      remedy: 'The table started over in run 20261122T030000.013Z; no replay is needed.',
      started_over_in: '20261122T030000.013Z',
    });
    expectGoldenEmail('summary-failures', summaryEmail(summary(tables), { failures, reportKey }, directions));
  });
});

describe('the email about a run that did not start', () => {
  it('says why', () => {
    const error = new QueueError('QUEUE_NOT_FOUND', 'Sending messages failed: QueueDoesNotExist (gone).', {
      remedy: 'Deploy the stack again.',
    });
    const run = { source: 'erp', runId: RUN, failedAt: '2026-11-22T03:00:01.000Z', logs: directions.logs };
    expectGoldenEmail('run-did-not-start', runFailureEmail(run, error));
  });
});

describe('the email about tables that did not land in time', () => {
  const overdue: Overdue = {
    source: 'erp',
    runId: RUN,
    dueAt: '2026-11-22T03:00:00.000Z',
    lookedAt: '2026-11-22T05:15:00.000Z',
    schedule: 'cron(0 4 * * ? *)',
    timeZone: 'Europe/Berlin',
    isPlanned: true,
    tables: [
      { table: 'dbo.Orders', dueWithin: '2h', state: 'failed (HOST_UNREACHABLE)', lastLanded },
      { table: 'dbo.Invoices', dueWithin: '90m', state: 'being read, 120,000 rows so far', lastLanded: null },
    ],
  };

  it('tells how each stands', () => {
    expectGoldenEmail('did-not-land', overdueEmail(overdue, directions));
  });

  it('says that nobody has started the run', () => {
    const table = { ...overdue.tables[0]!, state: 'no run' };
    expectGoldenEmail(
      'did-not-land-no-run',
      overdueEmail({ ...overdue, isPlanned: false, tables: [table] }, directions),
    );
  });
});
