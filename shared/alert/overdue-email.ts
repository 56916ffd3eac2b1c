import type { AlertMessage } from './alerts.ts';
import { commandOf, type Directions } from './directions.ts';
import { countText, emailSubject, factLines, momentText, oneLine, paragraph, section } from './email-text.ts';
import { type LastLanded, landedFacts } from './failure-email.ts';

/** A table whose deadline has passed without a landing. */
export interface OverdueTable {
  readonly table: string;
  /** How long after its due time it should have landed, as the configuration has it. */
  readonly dueWithin: string;
  /** How it stands in the run that was due, in a few words. */
  readonly state: string;
  readonly lastLanded: LastLanded | null | undefined;
}

export interface Overdue {
  readonly source: string;
  /** The run that was due, whether or not there was one. */
  readonly runId: string;
  readonly dueAt: string;
  readonly lookedAt: string;
  readonly schedule: string;
  readonly timeZone: string;
  /** False when nobody planned the run. */
  readonly isPlanned: boolean;
  readonly tables: readonly OverdueTable[];
}

/** More than a person reads in an email; `landfall status` has them all. */
const MAX_LISTED = 30;

/** The email about tables that were due in a run and have not landed by their deadline, whatever the reason. */
export function overdueEmail(overdue: Overdue, directions: Directions): AlertMessage {
  const { source, runId, tables } = overdue;
  const [first] = tables;
  const who = tables.length === 1 ? `${source} ${first!.table}` : `${countText(tables.length, 'table')} of ${source}`;
  return {
    subject: emailSubject(`Landfall: ${who} did not land in time (run ${runId})`),
    body: `${[
      paragraph(`${who} should have landed by now.`),
      factLines([
        { label: 'Source', value: source },
        { label: 'Run', value: runId },
        { label: 'Due at', value: momentText(overdue.dueAt) },
        { label: 'Looked at', value: momentText(overdue.lookedAt) },
        { label: 'Schedule', value: overdue.schedule },
        { label: 'Time zone', value: overdue.timeZone },
      ]),
      ...tables.slice(0, MAX_LISTED).map(tableText),
      ...(tables.length > MAX_LISTED ? [`and ${countText(tables.length - MAX_LISTED, 'more table')}`] : []),
      ...(overdue.isPlanned ? afterPlan(overdue, directions) : withoutPlan(overdue, directions)),
      section('Logs', directions.logs),
    ].join('\n\n')}\n`,
  };
}

function tableText({ table, dueWithin, state, lastLanded }: OverdueTable): string {
  const facts = [
    { label: 'State', value: state },
    { label: 'Due within', value: dueWithin },
    ...landedFacts(lastLanded),
  ];
  return `${oneLine(table)}\n${factLines(facts).replaceAll(/^/gm, '  ')}`;
}

function withoutPlan({ source }: Overdue, directions: Directions): string[] {
  return [
    section(
      'What to do',
      'Nothing has started the run. See whether its schedule in EventBridge is there and enabled, and whether the ' +
        'log of the scheduler tells of a failure. Then start a run:',
    ),
    commandOf(directions, 'run', ['--source', source]),
  ];
}

function afterPlan({ source, runId }: Overdue, directions: Directions): string[] {
  return [
    section(
      'What to do',
      'Failed tables wait for a replay. What is read, retried or in the queue goes on by itself, and may only need ' +
        'more time: a longer due_within, or more at once by max_concurrency.',
    ),
    commandOf(directions, 'status', [runId, '--source', source]),
    commandOf(directions, 'failed', ['--source', source]),
  ];
}
