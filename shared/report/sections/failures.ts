import type { FailedTable, FailureCause, RunReport } from '../model.ts';
import { counted, dayText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { momentOf, nameOf, prose } from './parts.ts';
import { tableRegion } from './table-region.ts';

const MAX_CAUSES = 40;
const MAX_TABLES_OF_CAUSE = 100;
const MAX_REMEDIES = 5;
const MAX_MESSAGE_CHARACTERS = 600;

/** What keeps tables from landing, cause by cause, with what to do about it. */
export function failuresSection({ causes, plannedAt }: RunReport): Markup {
  const left = causes.length - MAX_CAUSES;
  return html`${causes.slice(0, MAX_CAUSES).map((cause) => causeBlock(cause, dayText(plannedAt)))}${
    left > 0 && html`<p class="more">${counted(left, 'more cause')} not shown.</p>`
  }`;
}

function causeBlock(cause: FailureCause, runDay: string): Markup {
  const { errorCode, likelyCause, remedies, replayCommand, tables } = cause;
  const needsReplay = tables.some(({ startedOverIn }) => startedOverIn === undefined);
  const shared = sharedMessage(tables);
  return html`
<article class="cause">
<h3><code>${errorCode}</code> <span class="quiet">${counted(tables.length, 'table')}</span></h3>
<dl>
${shared !== undefined && html`<dt>What happened</dt><dd>${shared}</dd>`}
<dt>Likely cause</dt><dd>${prose(likelyCause)}</dd>
<dt>What to do</dt><dd>${whatToDo(remedies)}</dd>
${needsReplay && html`<dt class="command">Then replay</dt><dd><pre tabindex="0" aria-label="Command that replays the tables of ${errorCode}"><code>${unbroken(replayCommand)}</code></pre></dd>`}
</dl>
${tableRegion<FailedTable>({
  label: `Tables that failed with ${errorCode}`,
  noun: 'table',
  rows: tables,
  stacks: shared === undefined,
  maxRows: MAX_TABLES_OF_CAUSE,
  columns: [
    { title: 'Table', cell: ({ table }) => nameOf(table) },
    { title: 'Failed at (UTC)', kind: 'number', cell: ({ failedAt }) => momentOf(failedAt, runDay) },
    { title: 'Attempts', kind: 'number', cell: ({ attempts }) => String(attempts) },
    ...(shared === undefined ? [{ title: 'What happened', cell: whatHappened }] : []),
  ],
})}
</article>`;
}

/** What happened to all of several tables, when it is the same for each. */
function sharedMessage(tables: readonly FailedTable[]): string | undefined {
  const [first, ...others] = tables;
  if (first === undefined || others.length === 0) return undefined;
  const isShared = tables.every((each) => each.message === first.message && each.startedOverIn === undefined);
  return isShared ? shortened(first.message) : undefined;
}

function whatToDo(remedies: readonly string[]): Markup {
  const known = remedies.filter((remedy) => remedy !== '').slice(0, MAX_REMEDIES);
  if (known.length === 0) return html`Read the logs, mend what they name, then replay.`;
  return known.length === 1
    ? prose(known[0]!)
    : html`<ul>${known.map((remedy) => html`<li>${prose(remedy)}</li>`)}</ul>`;
}

function whatHappened({ message, startedOverIn }: FailedTable): Markup {
  return html`<span class="message">${shortened(message)}${
    startedOverIn !== undefined &&
    html` <span class="quiet">It lands in run ${startedOverIn} instead; no replay is needed.</span>`
  }</span>`;
}

/** Lines of the command end at spaces, not at the hyphens of its options. */
function unbroken(command: string): Markup {
  return html`${command.split(' ').map((word, index) => html`${index > 0 && ' '}<span>${word}</span>`)}`;
}

function shortened(message: string): string {
  return message.length <= MAX_MESSAGE_CHARACTERS ? message : `${message.slice(0, MAX_MESSAGE_CHARACTERS)}…`;
}
