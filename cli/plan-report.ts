import { wrapped } from '../shared/alert/email-text.ts';
import type { LandfallError } from '../shared/core/errors.ts';
import type { RunEstimate, RunTotals } from '../shared/flow/estimate-run.ts';
import type { Basis, TableEstimate } from '../shared/flow/estimate-table.ts';
import { type Column, columnLines } from './columns.ts';
import { type Console, count, styled } from './console.ts';
import { bytesShort, dollars, rowsShort, secondsShort } from './sizes.ts';

const WIDTH = 80;

/** The plan of one source. */
export interface PlannedSource {
  readonly estimate: RunEstimate;
  /** To which its messages would be sent. */
  readonly queue: string;
  /** Why its database could not be asked; undefined when it was. */
  readonly failure: LandfallError | undefined;
}

/** What a person reads of the plans; `problem` says why earlier runs are not known. */
export function printPlan(
  planned: readonly PlannedSource[],
  problem: LandfallError | undefined,
  console: Console,
): void {
  for (const each of planned) printSource(each, console);
  if (problem !== undefined)
    console.out.write(`\n${wrapped(`Earlier runs are not known: ${problem.message}`, WIDTH).trimStart()}\n`);
  console.out.write('\nNothing was sent.\n');
}

function printSource({ estimate, queue, failure }: PlannedSource, { out }: Console): void {
  const { source, tables, totals } = estimate;
  out.write(`\n${styled('bold', source, out)}\n`);
  if (failure !== undefined) {
    out.write(`${wrapped(`${styled('red', failure.code, out)}: ${failure.message}`, WIDTH)}\n`);
    if (failure.remedy !== undefined) out.write(`${wrapped(`→ ${failure.remedy}`, WIDTH)}\n`);
  }
  if (tables.length === 0) {
    out.write('  no tables yet; landfall discover --write adds some\n');
    return;
  }
  const [titles, ...lines] = columnLines(COLUMNS, [...tables.map(rowOf), totalOf(estimate)], WIDTH);
  out.write(`${styled('dim', titles!, out)}\n`);
  for (const line of lines.slice(0, -1)) out.write(`${line}\n`);
  out.write(`${styled('bold', lines.at(-1)!, out)}\n\n`);
  const { firstMessages, furtherMessages, concurrency, wallSeconds, memoryMb } = estimate;
  const further = furtherMessages === 0 ? '' : `, and ${count(furtherMessages)} more by the extractors`;
  const facts: [string, string][] = [
    ['Messages', `${count(firstMessages)} to ${queue}${further}`],
    ['Time', `about ${secondsShort(wallSeconds)} with ${count(concurrency)} extractors at once (max_concurrency)`],
    ['Lambda', `${dollars(totals.lambdaUsd)} with ${count(memoryMb)} MiB`],
    ['S3', `${dollars(totals.s3RequestsUsd)} for requests, ${dollars(totals.s3MonthUsd)} for a month of storing it`],
    ['SQS', dollars(totals.sqsUsd)],
    ...pricesOf(totals),
  ];
  for (const [label, value] of facts) out.write(`  ${label.padEnd(10)}${value}\n`);
  for (const line of remarks(tables, failure === undefined)) out.write(`${wrapped(line, WIDTH)}\n`);
}

function pricesOf({ usdPerMillionRows, usdPerLandedGb }: RunTotals): [string, string][] {
  if (usdPerMillionRows === undefined) return [];
  const perGb = usdPerLandedGb === undefined ? '' : `, ${dollars(usdPerLandedGb)} for a GB landed`;
  return [['All', `${dollars(usdPerMillionRows)} for a million rows${perGb}, without storing it`]];
}

/** One line of the plan. */
interface Row
  extends Pick<
    TableEstimate,
    'table' | 'rows' | 'sourceBytes' | 'landedBytes' | 'landedFrom' | 'chunks' | 'seconds' | 'secondsFrom'
  > {
  readonly usd: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'table', text: ({ table }) => table, shrinks: true },
  { title: 'rows', text: ({ rows }) => rowsShort(rows), align: 'right' },
  { title: 'size', text: ({ sourceBytes }) => bytesShort(sourceBytes), align: 'right' },
  {
    title: 'lands',
    text: ({ landedBytes, landedFrom }) => guessed(bytesShort(landedBytes), landedFrom),
    align: 'right',
  },
  { title: 'chunks', text: ({ chunks }) => count(chunks), align: 'right' },
  { title: 'time', text: ({ seconds, secondsFrom }) => timeText(seconds, secondsFrom), align: 'right' },
  { title: 'cost', text: ({ usd }) => dollars(usd), align: 'right' },
];

function timeText(seconds: number | undefined, from: Basis): string {
  return seconds === undefined ? '?' : guessed(secondsShort(seconds), from);
}

/** A tilde for what is assumed. */
function guessed(text: string, from: Basis): string {
  return from === 'assumed' ? `~${text}` : text;
}

function rowOf(table: TableEstimate): Row {
  return { ...table, usd: table.lambdaUsd + table.s3RequestsUsd };
}

function totalOf({ tables, totals }: RunEstimate): Row {
  return {
    table: `${count(tables.length)} ${tables.length === 1 ? 'table' : 'tables'}`,
    rows: totals.rows,
    sourceBytes: totals.sourceBytes,
    landedBytes: totals.landedBytes,
    landedFrom: 'past',
    chunks: tables.reduce((sum, { chunks }) => sum + chunks, 0),
    seconds: totals.seconds,
    secondsFrom: 'past',
    usd: totals.lambdaUsd + totals.s3RequestsUsd,
  };
}

/** What the numbers do not say themselves. */
function remarks(tables: readonly TableEstimate[], hasCatalog: boolean): string[] {
  const named = (some: readonly TableEstimate[]) => some.map(({ table }) => table).join(', ');
  const tooLong = tables.filter(({ exceedsInvocation }) => exceedsInvocation);
  const unlisted = hasCatalog ? tables.filter(({ isListed }) => !isListed) : [];
  const unknown = tables.filter(({ rows, isListed }) => rows === undefined && (isListed || !hasCatalog));
  const hasAssumed = tables.some(
    ({ landedFrom, secondsFrom }) => landedFrom === 'assumed' || secondsFrom === 'assumed',
  );
  return [
    ...(tooLong.length === 0
      ? []
      : [`Longer than one Lambda invocation, and without a key to go on by: ${named(tooLong)}. Set \`primary_key\`.`]),
    ...(unlisted.length === 0
      ? []
      : [`The database does not list ${named(unlisted)}; landfall check --connect says more.`]),
    ...(unknown.length === 0 ? [] : [`Nobody knows the rows of ${named(unknown)} yet; the first run will tell.`]),
    ...(hasAssumed ? ['~ is assumed: the time of docs/costs.md and usual sizes, until a run has landed.'] : []),
  ];
}

/** The document of `--json`. */
export function planDocument(config: string, planned: readonly PlannedSource[], problem: LandfallError | undefined) {
  return {
    config,
    past_runs_known: problem === undefined,
    past_runs_problem: problem?.message ?? null,
    sources: planned.map(({ estimate, queue, failure }) => ({
      source: estimate.source,
      queue,
      messages: estimate.firstMessages,
      further_messages: estimate.furtherMessages,
      max_concurrency: estimate.concurrency,
      memory_mb: estimate.memoryMb,
      wall_seconds: estimate.wallSeconds,
      totals: {
        rows: estimate.totals.rows,
        source_bytes: estimate.totals.sourceBytes,
        landed_bytes: estimate.totals.landedBytes,
        seconds: estimate.totals.seconds,
        lambda_usd: estimate.totals.lambdaUsd,
        s3_requests_usd: estimate.totals.s3RequestsUsd,
        s3_month_usd: estimate.totals.s3MonthUsd,
        sqs_usd: estimate.totals.sqsUsd,
        usd_per_million_rows: estimate.totals.usdPerMillionRows ?? null,
        usd_per_landed_gb: estimate.totals.usdPerLandedGb ?? null,
      },
      tables: estimate.tables.map(tableDocument),
      error:
        failure === undefined ? null : { code: failure.code, message: failure.message, remedy: failure.remedy ?? null },
    })),
  };
}

function tableDocument(table: TableEstimate) {
  return {
    table: table.table,
    rows: table.rows ?? null,
    rows_from: table.rowsFrom,
    source_bytes: table.sourceBytes ?? null,
    landed_bytes: table.landedBytes ?? null,
    landed_from: table.landedFrom,
    chunks: table.chunks,
    parts: table.parts,
    messages: table.messages,
    seconds: table.seconds ?? null,
    seconds_from: table.secondsFrom,
    lambda_usd: table.lambdaUsd,
    s3_requests_usd: table.s3RequestsUsd,
    s3_month_usd: table.s3MonthUsd,
    exceeds_invocation: table.exceedsInvocation,
  };
}
