import type { LandfallError } from '../core/errors.ts';
import type { AlertMessage } from './alerts.ts';
import { likelyCause } from './causes.ts';
import { emailSubject, factLines, momentText, paragraph, section } from './email-text.ts';

export interface FailedRun {
  readonly source: string;
  readonly runId: string;
  readonly failedAt: string;
  readonly logs: string;
}

/** The email that says that a run could not be started, so that none, or only some, of its tables will land. */
export function runFailureEmail(run: FailedRun, error: LandfallError): AlertMessage {
  return {
    subject: emailSubject(`Landfall: ${run.source} run ${run.runId} did not start (${error.code})`),
    body: `${[
      paragraph('A run did not start. Its tables do not land until it is started again for the same scheduled time.'),
      factLines([
        { label: 'Source', value: run.source },
        { label: 'Run', value: run.runId },
        { label: 'Failed at', value: momentText(run.failedAt) },
        { label: 'Error', value: `${error.name} ${error.code}` },
      ]),
      section('What happened', error.message),
      section('Likely cause', likelyCause(error.code)),
      ...(error.remedy === undefined ? [] : [section('What to do', error.remedy)]),
      `Logs\n  ${run.logs}`,
    ].join('\n\n')}\n`,
  };
}
