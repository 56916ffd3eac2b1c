import { parseArgs } from 'node:util';
import type { Dialect } from './land/sources/login.ts';
import type { Subject } from './land/subjects/subject.ts';
import { SUBJECTS, subjectNamed } from './land/subjects.ts';
import { type BenchTable, TABLES, tableNamed } from './land/tables.ts';

/** What `npm run bench` is asked for. */
export interface BenchOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly dialects: readonly Dialect[];
  readonly tables: readonly BenchTable[];
  readonly subjects: readonly Subject[];
  /** Whether `subjects` are those of the command and not all there are. */
  readonly subjectsNamed: boolean;
  readonly outFolder: string;
  readonly cpus: number | undefined;
  readonly profile: boolean;
}

const DIALECTS: readonly Dialect[] = ['mssql', 'postgres'];

/** @throws Error that says what is allowed */
export function benchOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      table: { type: 'string', multiple: true },
      subject: { type: 'string', multiple: true },
      out: { type: 'string', default: 'bench/results' },
      cpus: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  return {
    rows: wholeNumber('rows', values.rows),
    rounds: wholeNumber('rounds', values.rounds),
    dialects: values.only === undefined ? DIALECTS : [dialectNamed(values.only)],
    tables: values.table === undefined ? TABLES : values.table.map(tableNamed),
    subjects: values.subject === undefined ? SUBJECTS : values.subject.map(subjectNamed),
    subjectsNamed: values.subject !== undefined,
    outFolder: values.out,
    cpus: values.cpus === undefined ? undefined : wholeNumber('cpus', values.cpus),
    profile: values.profile,
  };
}

export function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} is "${text}"; it must be a whole number of 1 or more.`);
}

export function dialectNamed(text: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect === text);
  if (found === undefined) throw new Error(`--only is "${text}"; it must be ${DIALECTS.join(' or ')}.`);
  return found;
}
