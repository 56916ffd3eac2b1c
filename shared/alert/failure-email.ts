import type { FailureRecord } from '../core/records.ts';
import type { AlertMessage } from './alerts.ts';
import { likelyCause } from './causes.ts';
import { commandBlock, emailSubject, factLines, section } from './email-text.ts';

/** How a reader of the email gets further; differs between a deployed and a local fleet. */
export interface Directions {
  /** Words of the command before its options, such as `npx landfall replay`. */
  readonly replayCommand: readonly string[];
  /** A link, a log group or a file. */
  readonly logs: string;
}

const DEFAULT_REMEDY = 'Read the logs, mend what they name, then replay the table.';

/** The one email that says that a table of a run did not land. */
export function failureEmail(failure: FailureRecord, directions: Directions): AlertMessage {
  const table = ['--source', failure.source, '--table', failure.table, '--run', failure.run_id];
  return {
    subject: emailSubject(`Landfall: ${failure.source} ${failure.table} did not land (${failure.error_code})`),
    body: `${[
      'A table did not land. The other tables of the run go on.',
      factLines([
        { label: 'Source', value: failure.source },
        { label: 'Table', value: failure.table },
        { label: 'Run', value: failure.run_id },
        { label: 'Failed at', value: failure.failed_at },
        { label: 'Attempts', value: String(failure.attempts) },
        { label: 'Error', value: `${failure.error_class} ${failure.error_code}` },
      ]),
      section('What happened', failure.error_message),
      section('Likely cause', likelyCause(failure.error_code)),
      section('What to do', failure.remedy === '' ? DEFAULT_REMEDY : failure.remedy),
      `Replay\n${commandBlock([...directions.replayCommand, ...table])}`,
      `Logs\n  ${directions.logs}`,
    ].join('\n\n')}\n`,
  };
}
