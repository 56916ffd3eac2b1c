import { describe, expect, it } from '@jest/globals';
import { failureEmail } from '../../../shared/alert/failure-email.ts';
import { type OverdueTable, overdueEmail } from '../../../shared/alert/overdue-email.ts';
import { runFailureEmail } from '../../../shared/alert/run-failure-email.ts';
import { ConfigError } from '../../../shared/core/errors.ts';
import { directions, failure, lastLanded, RUN, story } from './email-records.ts';

describe('failureEmail', () => {
  it('says something where nothing is known, and quotes words that a shell would not take', () => {
    const unknown = { ...failure, source: `it's; "x"`, error_code: 'NEVER_SEEN', remedy: '' };
    const words = { ...directions, replayCommand: ['/opt/land fall', 'replay'] };
    const { subject, body } = failureEmail(unknown, { ...story, lastLanded: undefined }, words);
    expect(subject).toBe(`Landfall: it's; "x" dbo.Orders did not land (NEVER_SEEN)`);
    expect(body).toContain('Likely cause\n  Not known; the message above and the logs say more.\n');
    expect(body).toContain('What to do\n  Read the logs, mend what they name, then replay the table.\n');
    expect(body).toContain(`  '/opt/land fall' replay --source 'it'\\''s; "x"'`);
    expect(body).not.toContain('Last landed');
  });

  it('names the commands by the first word that is the replay', () => {
    const words = { ...directions, replayCommand: ['npx', 'landfall', 'replay', '--local', 'replay'] };
    const { body } = failureEmail({ ...failure, started_over_in: RUN }, story, words);
    expect(body).toContain(`  npx landfall status --local replay ${RUN} \\\n    --source erp\n`);
  });

  it('stays within the limits of SNS whatever failed', () => {
    const endless = {
      ...failure,
      table: '表'.repeat(300),
      error_message: 'x '.repeat(500_000),
      remedy: 'y '.repeat(500_000),
    };
    const { subject, body } = failureEmail(endless, story, directions);
    expect(subject).toMatch(/^Landfall: erp \?{10}[\x20-\x7E]*$/);
    expect(subject.length).toBeLessThanOrEqual(99);
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
  });
});

describe('runFailureEmail', () => {
  it('leaves out what to do when nobody knows', () => {
    const run = { source: 'shop', runId: RUN, failedAt: '2026-11-22T03:00:01.000Z', logs: 'the console' };
    const { body } = runFailureEmail(run, new ConfigError('CONFIG_INVALID', 'two\nproblems'));
    expect(body).not.toContain('What to do');
    expect(body).toContain('What happened\n  two\n  problems\n');
  });
});

describe('overdueEmail', () => {
  it('lists thirty tables and counts the others', () => {
    const tables = Array.from({ length: 400 }, (_, index): OverdueTable => {
      return { table: `dbo.t${index}`, dueWithin: '2h', state: 'in the queue', lastLanded };
    });
    const moments = { dueAt: '2026-11-22T03:00:00.000Z', lookedAt: '2026-11-22T05:15:00.000Z' };
    const when = { ...moments, schedule: 'rate(1 hour)', timeZone: 'UTC', isPlanned: true };
    const { subject, body } = overdueEmail({ source: 'erp', runId: RUN, ...when, tables }, directions);
    expect(subject).toBe(`Landfall: 400 tables of erp did not land in time (run ${RUN})`);
    expect(body.match(/^dbo\.t\d+$/gm)).toHaveLength(30);
    expect(body).toContain('\nand 370 more tables\n');
  });
});
