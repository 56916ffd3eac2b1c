import type { FailureRecord } from '../core/records.ts';
import type { AlertMessage } from './alerts.ts';
import { likelyCause } from './causes.ts';
import { commandOf, type Directions, replayOf } from './directions.ts';
import { emailSubject, factLines, momentText, paragraph, section } from './email-text.ts';

export type { Directions } from './directions.ts';

/** What is known of a failed table besides its failure. */
export interface FailureStory {
  /** ISO 8601: the first of several attempts that failed in the run; undefined when it is not known. */
  readonly failingSince: string | undefined;
  /** Null for a table that has never landed; undefined when it is not known. */
  readonly lastLanded: LastLanded | null | undefined;
  /** Who tells of the tables that fail for the same cause later. */
  readonly others: 'none' | 'run-end' | 'nobody';
  /** Keys of objects. */
  readonly reportKey: string;
  readonly failureKey: string;
}

export interface LastLanded {
  readonly at: string;
  readonly runId: string;
  /** Key of its manifest. */
  readonly manifestKey: string;
}

export const DEFAULT_REMEDY = 'Read the logs, mend what they name, then replay the table.';

/** The email about the first table of a run that fails for a cause. */
export function failureEmail(failure: FailureRecord, story: FailureStory, directions: Directions): AlertMessage {
  const { source, table, error_code: code, remedy } = failure;
  return {
    subject: emailSubject(`Landfall: ${source} ${table} did not land (${code})`),
    body: `${[
      paragraph(`${table} did not land. ${whatElse(failure, story)}`),
      factLines(factsOf(failure, story)),
      section('What happened', failure.error_message),
      section('Likely cause', likelyCause(code)),
      section('What to do', remedy === '' ? DEFAULT_REMEDY : remedy),
      ...nextSteps(failure, story, directions),
      section('Logs', directions.logs),
      `Report, once the run has ended\n  ${directions.objects}${story.reportKey}`,
      `Records\n${recordKeys(story)
        .map((key) => `  ${directions.objects}${key}`)
        .join('\n')}`,
    ].join('\n\n')}\n`,
  };
}

function whatElse({ started_over_in: startedOverIn }: FailureRecord, { others }: FailureStory): string {
  if (startedOverIn !== undefined) return `It starts over in run ${startedOverIn}, without a replay.`;
  if (others === 'none') return 'It is the only table of the run.';
  if (others === 'nobody') {
    return 'This was a replay; other tables of it that fail for the same reason send no email of their own.';
  }
  return 'The other tables of the run go on; those that fail for the same reason are in one email at its end.';
}

function factsOf(failure: FailureRecord, { failingSince, lastLanded }: FailureStory) {
  return [
    { label: 'Source', value: failure.source },
    { label: 'Table', value: failure.table },
    { label: 'Run', value: failure.run_id },
    { label: 'Failed at', value: momentText(failure.failed_at) },
    ...(failingSince === undefined ? [] : [{ label: 'Failing since', value: momentText(failingSince) }]),
    ...landedFacts(lastLanded),
    { label: 'Attempts', value: String(failure.attempts) },
    { label: 'Error', value: `${failure.error_class} ${failure.error_code}` },
  ];
}

/** When the runs before failed too, this is what tells. */
export function landedFacts(lastLanded: LastLanded | null | undefined) {
  if (lastLanded === undefined) return [];
  if (lastLanded === null) return [{ label: 'Last landed', value: 'never' }];
  return [
    { label: 'Last landed', value: momentText(lastLanded.at) },
    { label: 'In run', value: lastLanded.runId },
  ];
}

function nextSteps(failure: FailureRecord, { others }: FailureStory, directions: Directions): string[] {
  const { source, run_id: runId, error_code: errorCode } = failure;
  if (failure.started_over_in !== undefined) {
    return [`See how it goes on\n${commandOf(directions, 'status', [failure.started_over_in, '--source', source])}`];
  }
  const replay = `Replay, with every table that failed for this reason\n${replayOf({ source, runId, errorCode }, directions)}`;
  if (others !== 'nobody') return [replay];
  return [`See the others\n${commandOf(directions, 'failed', ['--source', source])}`, replay];
}

function recordKeys({ failureKey, lastLanded }: FailureStory): string[] {
  return [failureKey, ...(lastLanded ? [lastLanded.manifestKey] : [])];
}
