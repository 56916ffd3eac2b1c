import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectGolden } from '../support/golden-text.ts';
import { type CommandResult, documentOf, type RunDocument } from '../support/landfall-cli.ts';
import { AWAY, Night, RENAMED, TABLES } from './night.ts';

let night: Night;
let run: RunDocument;

beforeAll(async () => {
  night = await Night.begin();
  night.knowRun(documentOf(await night.place.run('--json')).run_id);
  await night.fall();
  run = documentOf(await night.place.run('--json'));
  night.knowRun(run.run_id);
}, 600_000);
afterAll(() => night?.end());

const golden = (name: string, text: string) => expectGolden(`test/fixtures/night/${name}.txt`, night.steady(text));

/** Tables go at the same time, so that the order of the lines about them is chance. */
function sorted({ exitCode, out, err }: CommandResult): string {
  const lines = [...err.split('\n'), ...out.split('\n')].filter((line) => line !== '').toSorted();
  return `exit code ${String(exitCode)}\n${lines.join('\n')}\n`;
}

const shown = ({ exitCode, out }: CommandResult) => `exit code ${String(exitCode)}\n${out}`;

function mails(): string[] {
  const folder = join(night.place.out, '.landfall/mail');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
}

function mailAbout(subject: string): string {
  const found = mails().filter((mail) => mail.split('\n')[0]!.includes(subject));
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Which of the tables was the first to fail is chance. */
const ofAnyTable = (mail: string) => AWAY.reduce((text, table) => text.replaceAll(table, AWAY[0]!), mail);

describe('a night in which the database goes away and a column is renamed', () => {
  it('lands what can be landed', () => {
    const failed = run.tables.filter(({ status }) => status === 'failed').map(({ table }) => table);
    expect(run.tables).toHaveLength(30);
    expect(failed.toSorted()).toEqual([...AWAY, RENAMED].toSorted());
    expect(TABLES).toHaveLength(30);
  });

  it('is told in one email for each cause, and one of all when the run has ended', () => {
    golden('email-connection-lost', ofAnyTable(mailAbout('did not land (CONNECTION_LOST)')));
    golden('email-column-not-found', mailAbout('did not land (COLUMN_NOT_FOUND)'));
    golden('email-run-end', mailAbout('6 of 30 tables failed'));
    expect(mails()).toHaveLength(3);
  });

  it('is seen by its causes, table by table, and among the runs before', async () => {
    golden('failed', ofAnyTable(shown(await night.command('failed'))));
    golden('status', shown(await night.command('status')));
    golden('runs', shown(await night.command('runs')));
  });

  it('has a report that says the same', async () => {
    const path = join(night.place.out, 'lake/_landfall/runs/shop', run.run_id, 'report.html');
    const page = readFileSync(path, 'utf8');
    // In the order of what is steady: moments sort otherwise before ten o'clock than after.
    const facts = night.steady(ofAnyTable(factsOf(page)));
    golden('report', `${facts.split('\n').toSorted().join('\n')}\n`);
    for (const { table } of run.tables) expect(page).toContain(table);
  });

  it('ends with a replay that lands the rest, once the causes are mended', async () => {
    night.mend();
    golden('replay-dry-run', sorted(await night.command('replay', '--all', '--dry-run')));
    golden('replay-watch', sorted(await night.command('replay', '--error', 'CONNECTION_LOST', '--watch')));
    golden('replay-rest', sorted(await night.command('replay', '--all')));
    golden('failed-after', shown(await night.command('failed')));
    golden('status-after', shown(await night.command('status')));
  });

  it('leaves files that are what was landed, and what the database has', async () => {
    golden('verify', shown(await night.command('verify')));
    golden('verify-against-source', shown(await night.command('verify', run.run_id, '--compare-source')));
    expect(mails()).toHaveLength(3);
  });
});

/** What a reader sees of a page, without its pictures and without which tables were the slowest by chance. */
function factsOf(page: string): string {
  const lines = page
    .replaceAll(/<(head|svg)[\s\S]*?<\/\1>/g, '')
    .replace(/<h2 id="slowest[\s\S]*?(?=<h2 )/, '')
    .replaceAll(/<\/(td|th|dt|dd|span)>/g, ' ')
    .replaceAll(/<\/?(tr|p|li|h\d|section|table|div|ul|ol|dl|caption)\b[^>]*>/g, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim());
  return lines.filter((line) => line !== '').join('\n');
}
