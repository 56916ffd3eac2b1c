import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LedgerLayout } from '../../shared/ledger/layout.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { BUCKET, type CommandResult, landfall, Workplace } from '../support/landfall-cli.ts';
import { startTestS3 } from '../support/s3.ts';
import { failure, manifest, orders, plan, run } from '../unit/ledger/records.ts';

const CUSTOMERS = { ...run, table: 'public.customers' };
const NEWER = '20261123T030000Z';

let place: Workplace;
beforeEach(async () => {
  place = new Workplace();
  place.writeConfig({ [orders.table]: {}, [CUSTOMERS.table]: {} });
  mkdirSync(place.out, { recursive: true });
  const s3 = await startTestS3({ rootFolder: place.out });
  await s3.endpoint.createBucket(BUCKET);
  const ledger = new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: '' });
  await ledger.createPlan(plan([orders.table, CUSTOMERS.table]));
  await ledger.createManifest(manifest(orders));
  await ledger.recordFailure(failure(CUSTOMERS));
  await ledger.createPlan(plan([orders.table], 'shop', NEWER));
  await s3.close();
});
afterEach(() => place.remove());

function report(...words: string[]): Promise<CommandResult> {
  return landfall('report', ...words, '--config', place.config, '--local', place.out, '--source', 'shop');
}

describe('landfall report', () => {
  it('makes the page of a run as it stands now, and says where it is', async () => {
    const path = join(place.folder, 'page.html');
    const result = await report(run.runId, '--output', path);
    expect(result).toEqual({ exitCode: 0, out: `Report of run ${run.runId}: ${path}\n`, err: '' });
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('<h1>1 of 2 tables landed; 1 failed for 1 cause</h1>');
    const command = /<pre[^>]*><code>(.*?)<\/code>/.exec(page)![1]!.replaceAll(/<\/?span>/g, '');
    expect(command).toBe(
      `npx landfall replay --config ${place.config} --local ${place.out} --source shop --run ${run.runId} --error TABLE_NOT_FOUND`,
    );
  });

  it('shows the newest run when none is named, on standard output when asked', async () => {
    const result = await report('--output', '-');
    expect(result).toMatchObject({ exitCode: 0, err: '' });
    expect(result.out).toContain(`<title>shop run ${NEWER}: None of 1 table landed; 1 not ended yet</title>`);
    expect(result.out).toContain(`<th scope="row">${run.runId}</th>`);
    expect((await report('latest', '--output', '-')).out).toContain(`shop run ${NEWER}:`);
  });

  it('writes the page beside the records of the run', async () => {
    const path = place.pathOf(new LedgerLayout('').report(run));
    const result = await report(run.runId, '--write', '--json');
    expect(JSON.parse(result.out)).toEqual({ source: 'shop', run_id: run.runId, output: null, written: path });
    expect(result).toMatchObject({ exitCode: 0, err: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>\n.*<\/html>\n$/s);
  });

  it.each(['20200101T000000Z', '../../etc', 'yesterday'])('refuses the run %s, which there is not', async (unknown) => {
    const result = await report(unknown, '--output', join(place.folder, 'page.html'));
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain(`RUN_NOT_FOUND: ${place.out}/ has no run "${unknown}" of source "shop".`);
    expect(existsSync(join(place.folder, 'page.html'))).toBe(false);
  });

  it('refuses a source or a file that cannot be, and two documents on one stream', async () => {
    const other = await landfall('report', '--config', place.config, '--local', place.out, '--source', 'other');
    expect([other.exitCode, other.err.split(':')[0]]).toEqual([2, 'SOURCE_NOT_CONFIGURED']);
    const nowhere = await report('--output', join(place.folder, 'no', 'such', 'folder.html'));
    expect([nowhere.exitCode, nowhere.err.split(':')[0]]).toEqual([2, 'OUTPUT_UNWRITABLE']);
    const both = await report('--json', '--output', '-');
    expect([both.exitCode, both.out]).toEqual([2, '']);
    expect(both.err).toContain('both want standard output');
  });

  it('has help that fits a terminal', async () => {
    const { out, exitCode } = await landfall('report', '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('landfall report latest --source shop --local ./landed --write');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
