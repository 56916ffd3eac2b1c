import { errorText } from '../../core/errors.ts';
import {
  type ErrorVerdict,
  PERMISSION_DENIED,
  QUERY_FAILED,
  SERIALIZATION,
  SERVER_ERROR,
  SERVER_RESOURCES,
  SYNTAX_ERROR,
} from './error-verdicts.ts';
import { VERDICT_BY_NUMBER } from './verdicts-by-number.ts';

/** An ERROR token of the server (MS-TDS 2.2.7.10), as the driver's error bears it. */
export interface ServerError {
  readonly number: number;
  readonly state: number | undefined;
  /** The severity, 11 to 25. */
  readonly class: number | undefined;
  readonly text: string;
}

interface Nested {
  readonly number?: unknown;
  readonly state?: unknown;
  readonly class?: unknown;
  readonly errors?: unknown;
  readonly original?: unknown;
  readonly parent?: unknown;
  readonly cause?: unknown;
}

/** Deeper than anything Sequelize and the driver wrap; a guard against an error that contains itself. */
const MAX_DEPTH = 8;

/** What the server said, in its order, however deep it is wrapped; empty when the failure is not the server's. */
export function serverErrors(thrown: unknown, depth = 0): ServerError[] {
  if (typeof thrown !== 'object' || thrown === null || depth > MAX_DEPTH) return [];
  const { number, state, class: severity, errors, original, parent, cause } = thrown as Nested;
  if (Array.isArray(errors) && errors.length > 0) {
    const several = errors.flatMap((error) => serverErrors(error, depth + 1));
    if (several.length > 0) return several;
  }
  if (typeof number === 'number') {
    return [{ number, state: numberOrNone(state), class: numberOrNone(severity), text: errorText(thrown) }];
  }
  return serverErrors(original ?? parent ?? cause, depth + 1);
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * What the server adds behind the reason: 0 and 3621 (the command or statement was given up), 8180 (statement not
 * prepared), 18456 (behind the reason why a database is not opened).
 */
const FOLLOWERS = new Set([0, 3621, 8180, 18456]);

/**
 * The error that decides: the first that is known to pass, as a deadlock is, or else the first of the highest
 * severity. Of several, those that only follow from another never decide.
 */
export function decisiveError(errors: readonly ServerError[]): ServerError | undefined {
  const reasons = errors.filter((error) => !FOLLOWERS.has(error.number));
  const candidates = reasons.length > 0 ? reasons : errors;
  const passing = candidates.find((error) => VERDICT_BY_NUMBER.get(error.number)?.retry === 'transient');
  return passing ?? candidates.toSorted((a, b) => (b.class ?? 0) - (a.class ?? 0))[0];
}

/** "Database Engine error severities": what the class alone tells of a number that is not listed. */
export function verdictOn({ number, class: severity = 0 }: ServerError): ErrorVerdict {
  const known = VERDICT_BY_NUMBER.get(number);
  if (known !== undefined) return known;
  if (severity === 13) return SERIALIZATION;
  if (severity === 14) return PERMISSION_DENIED;
  if (severity === 15) return SYNTAX_ERROR;
  if (severity === 17 || severity === 19) return SERVER_RESOURCES;
  return severity >= 18 ? SERVER_ERROR : QUERY_FAILED;
}

const MAX_SHOWN = 5;

/** The texts of all errors, the decisive one first, with what a DBA searches for. */
export function serverErrorText(decisive: ServerError, errors: readonly ServerError[]): string {
  const all = [...new Set([decisive, ...errors].map(oneText))];
  const rest = all.length > MAX_SHOWN ? [`and ${all.length - MAX_SHOWN} more`] : [];
  return [...all.slice(0, MAX_SHOWN), ...rest].join('; ');
}

function oneText({ number, state, class: severity, text }: ServerError): string {
  const facts = [
    `SQL Server error ${number}`,
    ...(state === undefined ? [] : [`state ${state}`]),
    ...(severity === undefined ? [] : [`class ${severity}`]),
  ];
  return `${text.replace(/\.$/, '')} (${facts.join(', ')})`;
}
