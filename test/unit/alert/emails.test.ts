import { describe, expect, it } from '@jest/globals';
import { failureEmail } from '../../../shared/alert/failure-email.ts';
import { runFailureEmail } from '../../../shared/alert/run-failure-email.ts';
import { ConfigError, QueueError } from '../../../shared/core/errors.ts';
import type { FailureRecord } from '../../../shared/core/records.ts';

const failure: FailureRecord = {
  version: 1,
  source: 'shop',
  table: 'public.orders',
  run_id: '20261122T030000Z',
  failed_at: '2026-11-22T03:04:05.000Z',
  attempts: 1,
  error_class: 'SourceError',
  error_code: 'TABLE_NOT_FOUND',
  error_message:
    'The database has no table "public"."orders"; it answered 42P01: relation "public.orders" does not exist.',
  remedy: 'Correct the name in the configuration, or create the table, then replay it.',
  announced_at: null,
};
const directions = { replayCommand: ['npx', 'landfall', 'replay'], logs: 'https://logs.example/landfall' };

describe('failureEmail', () => {
  it('says source, table, run, what happened, the cause, what to do, the command and the logs', () => {
    const email = failureEmail(failure, directions);
    expect(email.subject).toBe('Landfall: shop public.orders did not land (TABLE_NOT_FOUND)');
    expect(email.body).toBe(`A table did not land. The other tables of the run go on.

Source:    shop
Table:     public.orders
Run:       20261122T030000Z
Failed at: 2026-11-22T03:04:05.000Z
Attempts:  1
Error:     SourceError TABLE_NOT_FOUND

What happened
  The database has no table "public"."orders"; it answered 42P01:
  relation "public.orders" does not exist.

Likely cause
  The table was dropped or renamed, or the configuration misspells it.

What to do
  Correct the name in the configuration, or create the table, then
  replay it.

Replay
  npx landfall replay --source shop \\
    --table public.orders --run 20261122T030000Z

Logs
  https://logs.example/landfall
`);
  });

  it('says something where nothing is known, and quotes names that a shell would not take', () => {
    const unknown = { ...failure, table: `it's; "x"`, error_code: 'NEVER_SEEN', remedy: '' };
    const { subject, body } = failureEmail(unknown, { ...directions, replayCommand: ['/opt/land fall', 'replay'] });
    expect(subject).toBe(`Landfall: shop it's; "x" did not land (NEVER_SEEN)`);
    expect(body).toContain('Likely cause\n  Not known; the message above and the logs say more.\n');
    expect(body).toContain('What to do\n  Read the logs, mend what they name, then replay the table.\n');
    expect(body).toContain(`--table 'it'\\''s; "x"'`);
    expect(body).toContain(`  '/opt/land fall' replay --source shop`);
  });

  it('stays within the limits of SNS whatever failed', () => {
    const endless = {
      ...failure,
      table: '表'.repeat(300),
      error_message: 'x '.repeat(500_000),
      remedy: 'y '.repeat(500_000),
    };
    const { subject, body } = failureEmail(endless, directions);
    expect(subject).toMatch(/^Landfall: shop \?{10}[\x20-\x7E]*$/);
    expect(subject.length).toBeLessThanOrEqual(99);
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
  });
});

describe('runFailureEmail', () => {
  const run = { source: 'shop', runId: '20261122T030000Z', failedAt: '2026-11-22T03:00:01.000Z', logs: 'the console' };

  it('says which run did not start and why', () => {
    const error = new QueueError('QUEUE_NOT_FOUND', 'Sending messages failed: QueueDoesNotExist (gone).', {
      remedy: 'Deploy the stack again.',
    });
    const email = runFailureEmail(run, error);
    expect(email.subject).toBe('Landfall: shop run 20261122T030000Z did not start (QUEUE_NOT_FOUND)');
    expect(
      email.body,
    ).toBe(`A run did not start. Its tables do not land until it is started again for the same scheduled time.

Source:    shop
Run:       20261122T030000Z
Failed at: 2026-11-22T03:00:01.000Z
Error:     QueueError QUEUE_NOT_FOUND

What happened
  Sending messages failed: QueueDoesNotExist (gone).

Likely cause
  The queue was deleted.

What to do
  Deploy the stack again.

Logs
  the console
`);
  });

  it('leaves out what to do when nobody knows', () => {
    const { body } = runFailureEmail(run, new ConfigError('CONFIG_INVALID', 'two\nproblems'));
    expect(body).not.toContain('What to do');
    expect(body).toContain('What happened\n  two\n  problems\n');
  });
});
