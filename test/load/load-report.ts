import type { LoadOptions } from './options.ts';
import type { LoadReport } from './run-load.ts';

/** The sending of ten thousand messages is to take less than this on two cores. */
const SEND_MAX_SECONDS = 10;

/** Prints what a load took; true when all of it is as it must be. */
export function printLoad(options: LoadOptions, report: LoadReport, out: { write(text: string): unknown }): boolean {
  const faults = faultsOf(options, report);
  out.write(`${[...factsOf(options, report), ...faults.map((fault) => `NOT SO: ${fault}`)].join('\n')}\n`);
  return faults.length === 0;
}

/** What is not as it must be, whatever the time it took. */
export function wrongIn({ tables, maximumConcurrency }: LoadOptions, report: LoadReport): string[] {
  const { schedule, drain, landed, mails, letters, queued } = report;
  const wanted: [string, number, number][] = [
    ['messages sent', schedule.sent, tables],
    ['messages in the queue', queued, tables],
    ['tables landed with their rows', landed.right, tables],
    ['parts', landed.parts, tables],
    ['markers', landed.markers, tables],
    ['reads of the database', drain.queries, tables],
    ['sources left open', drain.leftOpen, 0],
    ['warnings and errors', drain.complaints.length, 0],
    ['summaries', landed.summaries, 1],
    ['emails', mails, 1],
    ['dead letters', letters, 0],
  ];
  const wrong = wanted.filter(([, found, expected]) => found !== expected);
  const beyond = Math.max(drain.mostInvocations, drain.mostSources) > maximumConcurrency;
  return [
    ...wrong.map(([what, found, expected]) => `${what}: ${found}, expected ${expected}`),
    ...(beyond ? [`at work at the same time: more than ${maximumConcurrency}`] : []),
  ];
}

function faultsOf(options: LoadOptions, report: LoadReport): string[] {
  const isSlow = report.schedule.seconds >= SEND_MAX_SECONDS;
  return [...wrongIn(options, report), ...(isSlow ? [`sent in less than ${SEND_MAX_SECONDS} s`] : [])];
}

function factsOf({ tables, maximumConcurrency }: LoadOptions, { schedule, drain, landed }: LoadReport): string[] {
  const perTable = Object.entries(drain.requests).map(([name, count]) => `${name} ${(count / tables).toFixed(2)}`);
  const sending = Object.entries(schedule.requests).map(([name, count]) => `${name} ${count}`);
  return [
    `${tables} tables, at most ${maximumConcurrency} at the same time`,
    `scheduled and sent in ${schedule.seconds.toFixed(1)} s, ${spent(schedule)}`,
    `  requests: ${sending.join(', ')}`,
    `drained in ${drain.seconds.toFixed(1)} s, ${spent(drain)}`,
    `  requests per table: ${perTable.join(', ')}`,
    `  ${drain.invocations} invocations in ${drain.containers} containers`,
    `  at the same time: ${drain.mostInvocations} invocations, ${drain.mostSources} sources`,
    `landed: ${landed.right} tables with their rows, ${landed.summaries} summary`,
  ];
}

function spent({ cpuSeconds, peakMb, servicesCpuSeconds }: LoadReport['schedule' | 'drain']): string {
  const memory = peakMb === undefined ? '' : `, peak RSS ${peakMb.toFixed(0)} MB`;
  return `CPU ${cpuSeconds.toFixed(1)} s${memory}; emulated services: CPU ${servicesCpuSeconds.toFixed(1)} s`;
}
