import type { TargetConfig } from '../shared/config/config.ts';
import type { AbandonedUpload, AgedUpload, CleanReport, CleanRequest } from '../shared/flow/clean-uploads.ts';
import { ageShown } from './age.ts';
import { type Console, count, styled } from './console.ts';

/** More than a person reads; `--json` has them all. */
const MAX_SHOWN = 50;

/** What a person reads of the uploads that were found, and of those that were aborted. */
export function printCleaning(
  report: CleanReport,
  request: CleanRequest,
  target: TargetConfig,
  console: Console,
): void {
  const { abandoned, foreign, young } = report;
  const write = (line: string) => console.out.write(`${line}\n`);
  const limit = `of more than ${ageShown(request.olderThanMs)}`;
  write(`Unfinished uploads ${limit} in s3://${target.bucket}/${target.prefix}`);
  writeSome(abandoned, write, (upload) => [
    `${ageColumn(upload)} ${nameOf(upload)}${MARKS[upload.outcome]}`,
    `${' '.repeat(AGE_WIDTH)} ${upload.key}`,
  ]);
  if (foreign.length > 0) {
    write('\nNot ours, left:');
    writeSome(foreign, write, (upload) => [`${ageColumn(upload)} ${upload.key}`]);
  }
  write('');
  write(verdictOn(abandoned, request, console));
  if (young > 0) write(`Left ${uploadsOf(young, 'younger')}.`);
}

const AGE_WIDTH = 12;
const MARKS: Readonly<Record<AbandonedUpload['outcome'], string>> = {
  found: '',
  aborted: ': aborted',
  gone: ': ended meanwhile',
};

function writeSome<T>(all: readonly T[], write: (line: string) => void, linesOf: (one: T) => readonly string[]): void {
  for (const one of all.slice(0, MAX_SHOWN)) for (const line of linesOf(one)) write(line);
  if (all.length > MAX_SHOWN) write(`  and ${count(all.length - MAX_SHOWN)} more, which --json lists`);
}

function ageColumn({ ageMs }: AgedUpload): string {
  return `  ${ageShown(ageMs)}`.padEnd(AGE_WIDTH);
}

function nameOf({ table, runId }: AbandonedUpload): string {
  return `${table === undefined ? 'a table that is not configured' : `${table.source} ${table.table}`}, run ${runId}`;
}

function verdictOn(abandoned: readonly AbandonedUpload[], { apply }: CleanRequest, console: Console): string {
  if (abandoned.length === 0) return 'Nothing to abort.';
  if (!apply) {
    const found = styled('yellow', uploadsOf(abandoned.length, 'abandoned'), console.out);
    return `${found}; add --apply to abort ${abandoned.length === 1 ? 'it' : 'them'}.`;
  }
  const aborted = abandoned.filter(({ outcome }) => outcome === 'aborted').length;
  return `Aborted ${styled('green', uploadsOf(aborted, 'abandoned'), console.out)}.`;
}

function uploadsOf(amount: number, kind: string): string {
  return `${count(amount)} ${kind} ${amount === 1 ? 'upload' : 'uploads'}`;
}

/** The document of `--json`. */
export function cleaningDocument(report: CleanReport, request: CleanRequest, { bucket, prefix }: TargetConfig) {
  return {
    bucket,
    prefix,
    older_than_seconds: request.olderThanMs / 1000,
    applied: request.apply,
    abandoned: report.abandoned.map((upload) => ({
      ...documentOf(upload),
      source: upload.table?.source ?? null,
      table: upload.table?.table ?? null,
      run_id: upload.runId,
      outcome: upload.outcome,
    })),
    not_ours: report.foreign.map(documentOf),
    younger: report.young,
  };
}

function documentOf({ key, uploadId, startedAtMs, ageMs }: AgedUpload) {
  return {
    key,
    upload_id: uploadId,
    started_at: new Date(startedAtMs).toISOString(),
    age_seconds: Math.floor(ageMs / 1000),
  };
}
