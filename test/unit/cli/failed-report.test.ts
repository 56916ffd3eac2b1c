import { describe, expect, it } from '@jest/globals';
import { failedDocument, printFailed } from '../../../cli/failed-report.ts';
import type { OperatorOptions } from '../../../cli/operator-options.ts';
import type { FailedReport, FailedTable } from '../../../shared/flow/failed-tables.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const OPTIONS: OperatorOptions = {
  config: 'config/landfall.yaml',
  stage: 'prod',
  json: false,
  dialect: 'postgres',
  ssl: 'verify-full',
};

function failedTable(table: string, given: Partial<FailedTable> = {}): FailedTable {
  return {
    source: 'erp',
    runId: '20261122T030000Z',
    table,
    errorCode: 'LOGIN_REFUSED',
    errorClass: 'SourceError',
    errorMessage: 'Failed connecting: password authentication failed.',
    remedy: undefined,
    attempts: 5,
    failedAtMs: NOW_MS - 9 * 3_600_000,
    letters: 1,
    ...given,
  };
}

const nothing: FailedReport = { causes: [], left: 0, unreadable: [], complete: true };

function shown(report: Partial<FailedReport>, options: Partial<OperatorOptions> = {}): string {
  let text = '';
  const out = { write: (piece: string) => (text += piece) };
  printFailed('erp', { ...nothing, ...report }, { ...OPTIONS, ...options }, NOW_MS, { out, err: out });
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  return text;
}

describe('what failed, for a person', () => {
  it('is said when it is nothing', () => {
    expect(shown({})).toBe('erp: nothing failed\n');
    expect(shown({ left: 3 })).toBe('erp: nothing failed\n\nNot shown: 3 other dead letters.\n');
  });

  it('has each cause with its tables and its command', () => {
    const long = `dbo.${'Very'.repeat(20)}LongName`;
    const causes = [{ errorCode: 'LOGIN_REFUSED', tables: [failedTable('dbo.Orders'), failedTable(long)] }];
    expect(shown({ causes })).toContain(`erp: 2 tables failed

✗ SourceError LOGIN_REFUSED: 2 tables
  The user name or password in the secret is wrong, or the account is locked.
`);
    expect(shown({ causes })).toMatch(/ {2}dbo\.Orders +20261122T030000Z +5 +9h\n/);
    expect(shown({ causes })).toMatch(/ {2}dbo\.Very\w+…\w+LongName +20261122T030000Z +5 +9h\n/);
    expect(shown({ causes })).toContain('  The first: Failed connecting: password authentication failed.\n');
    expect(shown({ causes })).toContain(`Replay, once the cause is mended
  npx landfall replay --config config/landfall.yaml \\
    --source erp --error LOGIN_REFUSED
`);
  });

  it('of a storm is a few tables and a count', () => {
    const tables = Array.from({ length: 30 }, (_, index) => failedTable(`t${index}`));
    const text = shown({ causes: [{ errorCode: 'LOGIN_REFUSED', tables }] });
    expect(text.match(/^ {2}t\d+ /gm)).toHaveLength(20);
    expect(text).toContain('  and 10 more, which --json lists\n');
  });

  it('tells of workers that died without a word, and of letters that are not ours', () => {
    const silent = failedTable('dbo.Huge', {
      errorCode: undefined,
      errorClass: undefined,
      errorMessage: undefined,
      attempts: undefined,
    });
    const text = shown({
      causes: [{ errorCode: undefined, tables: [silent] }],
      unreadable: [{ messageId: 'f3b9', problem: 'The message is not JSON.' }],
      complete: false,
    });
    expect(text).toContain('✗ No error code: 1 table\n  Workers died of its message');
    expect(text).toMatch(/dbo\.Huge +20261122T030000Z +- +9h\n/);
    expect(text).toContain('--error none\n');
    expect(text).toContain('Not ours, left: message f3b9\n  The message is not JSON.\n');
    expect(text).toContain('There are more dead letters than one call looks at.\n');
  });

  it('has commands that work in the same place', () => {
    const causes = [{ errorCode: 'LOGIN_REFUSED', tables: [failedTable('a')] }];
    const command = (options: Partial<OperatorOptions>) =>
      /npx.*$/s
        .exec(shown({ causes }, options))![0]
        .replaceAll(/ \\\n +/g, ' ')
        .trim();
    const begin = 'npx landfall replay --config config/landfall.yaml';
    const end = '--source erp --error LOGIN_REFUSED';
    expect(command({ local: 'my folder' })).toBe(`${begin} --local 'my folder' ${end}`);
    const inAws = { profile: 'night', region: 'eu-central-1', stage: 'test' };
    expect(command(inAws)).toBe(`${begin} --profile night --region eu-central-1 --stage test ${end}`);
  });

  it('is a document with everything for a program', () => {
    const report = { ...nothing, causes: [{ errorCode: undefined, tables: [failedTable('a', { letters: 4 })] }] };
    expect(failedDocument(new Map([['erp', report]]))).toMatchObject([
      { source: 'erp', left: 0, causes: [{ error_code: null, tables: [{ table: 'a', letters: 4, attempts: 5 }] }] },
    ]);
  });
});
