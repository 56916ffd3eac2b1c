import { join } from 'node:path';
import type { SubjectResult, TableResult } from '../result/results.ts';
import { inTurn } from '../result/statistics.ts';
import { difference, expectedSums } from './check/check-output.ts';
import { writeReference } from './check/reference.ts';
import type { Cost } from './measure/cost.ts';
import { isInstalled } from './measure/measure-program.ts';
import { runSubject } from './run-subject.ts';
import type { Dialect } from './sources/login.ts';
import { fillPostgres } from './sources/postgres-tables.ts';
import type { Stage } from './stage.ts';
import type { Job, Subject } from './subjects/subject.ts';
import { LEFT_OUT } from './subjects.ts';
import { type BenchTable, rowsOf } from './tables.ts';

export interface ComparePlan {
  readonly dialect: Dialect;
  readonly table: BenchTable;
  /** Before the table's share. */
  readonly rows: number;
  readonly rounds: number;
  readonly subjects: readonly Subject[];
  /** They were asked for by their names, so that none is left out on any table. */
  readonly subjectsNamed: boolean;
  readonly cpus: number | undefined;
  readonly onRun: (subject: Subject, round: number, cost: Cost) => void;
}

/** Lands one table by every subject in turns. @throws Error when an output has other rows than the source */
export async function compareTable(stage: Stage, plan: ComparePlan): Promise<TableResult> {
  const { dialect, table, rounds } = plan;
  const rows = rowsOf(table, plan.rows);
  const source = stage.sources[dialect]!;
  if (dialect === 'postgres') await fillPostgres(source, table, rows);
  const referencePath = join(stage.folder, `${dialect}-${table.name}.jsonl`);
  await writeReference(table, rows, referencePath);
  const expected = await expectedSums(table, rows, referencePath);
  const ofDialect = plan.subjects.filter(
    ({ dialects, tables }) =>
      dialects.includes(dialect) && (plan.subjectsNamed || (tables?.includes(table.name) ?? true)),
  );
  const subjects = ofDialect.filter((subject) => subject.kind === 'node' || isInstalled(subject));
  const job: Job = { source, table: table.name, rows, s3: stage.s3 };
  const costs = new Map<Subject, Cost[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of inTurn(subjects, round)) {
      if (isMeasuredEnough(subject, costs.get(subject)!)) continue;
      const { cost, sums } = await runSubject(stage, subject, job, { cpus: plan.cpus, check: round === 0 });
      const differs = sums === undefined ? undefined : difference(expected, sums, table);
      if (differs !== undefined) throw new Error(`The output of ${subject.name} is wrong. ${differs}`);
      costs.get(subject)!.push(cost);
      plan.onRun(subject, round, cost);
    }
  }
  const results = subjects.map((subject) => subjectResult(subject, costs.get(subject)!));
  return {
    dialect,
    table: table.name,
    title: table.title,
    rows,
    subjects: results,
    missing: missingOf(ofDialect, dialect),
  };
}

/** A peer whose runs are this long does not run again after the second, so that a whole run ends within half an hour. */
const SLOW_PEER_SECONDS = 40;
const LEAST_ROUNDS = 2;

/** Landfall and the floors run in every round. */
export function isMeasuredEnough({ group }: Pick<Subject, 'group'>, costs: readonly Cost[]): boolean {
  const spentSeconds = costs.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  return group === 'peer' && costs.length >= LEAST_ROUNDS && spentSeconds > SLOW_PEER_SECONDS;
}

function subjectResult({ name, title, group, output }: Subject, costs: readonly Cost[]): SubjectResult {
  return { name, title, group, costs, output: output === undefined ? 'nothing' : 'same' };
}

function missingOf(subjects: readonly Subject[], dialect: Dialect): TableResult['missing'] {
  const programs = subjects.flatMap((subject) =>
    subject.kind === 'program' && !isInstalled(subject)
      ? [{ name: subject.title, reason: `${subject.program} is not installed; install it with \`${subject.install}\`` }]
      : [],
  );
  return [
    ...programs,
    ...LEFT_OUT.filter((each) => each.dialect === dialect).map(({ name, reason }) => ({ name, reason })),
  ];
}
