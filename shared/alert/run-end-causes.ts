import type { FailureRecord, TableOutcome } from '../core/records.ts';
import { likelyCause } from './causes.ts';
import { type Directions, replayOf } from './directions.ts';
import { countText, oneLine, wrapped } from './email-text.ts';
import { DEFAULT_REMEDY } from './failure-email.ts';

/** More than a person reads in an email; the report and `landfall failed` have them all. */
const MAX_CAUSES = 10;
const MAX_TABLES = 5;
const MAX_TEXT_CHARACTERS = 1_000;
const WIDTH = 60;

/** The failed tables of a run by their cause, the one with the most tables first; what to do about each. */
export function causeSections(
  run: { readonly source: string; readonly runId: string },
  tables: readonly TableOutcome[],
  failures: ReadonlyMap<string, FailureRecord>,
  directions: Directions,
): string[] {
  const failed = tables.filter(({ status }) => status === 'failed');
  const byCode = Map.groupBy(failed, ({ error_code: code }) => code ?? 'UNEXPECTED');
  const causes = [...byCode].toSorted(([, a], [, b]) => b.length - a.length);
  const sections = causes.slice(0, MAX_CAUSES).map(([errorCode, ofCause]) => {
    const isOver = ofCause.every(({ table }) => failures.get(table)?.started_over_in !== undefined);
    return [
      `${errorCode}, ${countText(ofCause.length, 'table')}`,
      ...tableLines(ofCause),
      '',
      ...adviceLines(errorCode, ofCause[0]!, failures),
      ...(isOver ? [] : ['', replayOf({ ...run, errorCode }, directions)]),
    ].join('\n');
  });
  const left = causes.length - sections.length;
  return [...sections, ...(left > 0 ? [`and ${countText(left, 'more cause')} in the report`] : [])];
}

function tableLines(tables: readonly TableOutcome[]): string[] {
  const named = tables.slice(0, MAX_TABLES).map(({ table }) => `  ${oneLine(table)}`);
  const left = tables.length - named.length;
  return [...named, ...(left > 0 ? [`  and ${left} more`] : [])];
}

/** As the first of the tables has it: its name and its values stand for those of all. */
function adviceLines(errorCode: string, first: TableOutcome, failures: ReadonlyMap<string, FailureRecord>): string[] {
  const remedy = failures.get(first.table)?.remedy ?? '';
  return [
    advice(`What happened to ${oneLine(first.table)}`, first.error_message ?? ''),
    advice('Likely cause', likelyCause(errorCode)),
    advice('What to do', remedy === '' ? DEFAULT_REMEDY : remedy),
  ];
}

function advice(heading: string, text: string): string {
  const whole = oneLine(text);
  const short =
    whole.length <= MAX_TEXT_CHARACTERS ? whole : `${whole.slice(0, MAX_TEXT_CHARACTERS).toWellFormed()} [...]`;
  return wrapped(`${heading}: ${short}`, WIDTH);
}
