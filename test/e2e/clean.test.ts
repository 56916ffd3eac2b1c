import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../local/aws/folder-lock.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { hourlyRun, layRun } from '../support/landed-history.ts';
import { BUCKET, type CommandResult, landfall, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';

const HOUR_MS = 3_600_000;
const RUN = '20261122T030000Z';
const FOLDER = `shop/public/orders/run_id=${RUN}/`;
const OLD = `${FOLDER}part-000-00000.parquet`;
const YOUNG = `${FOLDER}part-000-00001.parquet`;
const DROPPED = `shop/public/dropped/run_id=${RUN}/part-000-00000.csv.gz`;
const FOREIGN = 'backup/database.tar';

let place: Workplace;
let uploadsFolder: string;

beforeEach(() => {
  place = new Workplace();
  place.writeConfig({ 'public.orders': {} });
  uploadsFolder = join(place.out, '.landfall/s3/uploads');
});
afterEach(() => place.remove());

/** A local fleet's folder with uploads of that age in hours. */
async function leaveUploads(agesHours: Readonly<Record<string, number>>): Promise<void> {
  const s3 = await startS3();
  for (const [key, ageHours] of Object.entries(agesHours)) {
    const target = { Bucket: BUCKET, Key: key };
    const { UploadId: uploadId } = await s3.client.send(new CreateMultipartUploadCommand(target));
    await s3.client.send(new UploadPartCommand({ ...target, UploadId: uploadId, PartNumber: 1, Body: 'slice' }));
    const path = join(uploadsFolder, uploadId!, 'upload.json');
    const upload = JSON.parse(readFileSync(path, 'utf8')) as object;
    const initiated = new Date(Date.now() - ageHours * HOUR_MS).toISOString();
    writeFileSync(path, JSON.stringify({ ...upload, initiated }));
  }
  await s3.close();
}

async function startS3(): Promise<TestS3> {
  mkdirSync(place.out, { recursive: true });
  const s3 = await startTestS3({ rootFolder: place.out });
  await s3.endpoint.createBucket(BUCKET);
  return s3;
}

function leftKeys(): string[] {
  const read = (id: string) =>
    JSON.parse(readFileSync(join(uploadsFolder, id, 'upload.json'), 'utf8')) as { key: string };
  return readdirSync(uploadsFolder)
    .map((id) => read(id).key)
    .toSorted();
}

const ALL = { [OLD]: 51, [DROPPED]: 30, [YOUNG]: 2, [FOREIGN]: 800 };

function clean(...words: string[]): Promise<CommandResult> {
  return landfall('clean', '--config', place.config, '--local', place.out, ...words);
}

describe('landfall clean', () => {
  it('shows what was left, within 80 columns, and aborts nothing', async () => {
    await leaveUploads(ALL);
    expect(await clean()).toEqual({
      exitCode: 0,
      err: '',
      out: `Unfinished uploads of more than 1d in s3://lake/
  1d 6h      a table that is not configured, run ${RUN}
             ${DROPPED}
  2d 3h      shop public.orders, run ${RUN}
             ${OLD}

Not ours, left:
  33d 8h     backup/database.tar

2 abandoned uploads; add --apply to abort them.
Left 1 younger upload.
`,
    });
    expect(leftKeys()).toEqual(Object.keys(ALL).toSorted());
    const { out } = await clean();
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('aborts what is old and ours when it is told to', async () => {
    await leaveUploads(ALL);
    const { exitCode, out } = await clean('--apply');
    expect(exitCode).toBe(0);
    expect(out).toContain(`shop public.orders, run ${RUN}: aborted`);
    expect(out).toContain('\nAborted 2 abandoned uploads.\nLeft 1 younger upload.\n');
    expect(leftKeys()).toEqual([FOREIGN, YOUNG]);
    expect((await clean('--apply')).out).toContain('Nothing to abort.');
    expect((await clean('--older-than', '1h', '--apply')).out).toContain('Aborted 1 abandoned upload.');
    expect(leftKeys()).toEqual([FOREIGN]);
  });

  it('prints one JSON document', async () => {
    await leaveUploads(ALL);
    const { exitCode, out, err } = await clean('--json', '--older-than', '2d', '--apply');
    expect([exitCode, err]).toEqual([0, '']);
    const upload = (key: string) => ({
      key,
      upload_id: expect.stringMatching(/^\w+$/),
      started_at: expect.stringMatching(/^\d{4}-.*Z$/),
      age_seconds: expect.any(Number),
    });
    expect(JSON.parse(out)).toEqual({
      bucket: BUCKET,
      prefix: '',
      older_than_seconds: 172_800,
      applied: true,
      abandoned: [{ ...upload(OLD), source: 'shop', table: 'public.orders', run_id: RUN, outcome: 'aborted' }],
      not_ours: [upload(FOREIGN)],
      younger: 2,
      old_runs: [],
    });
    expect(leftKeys()).toEqual([FOREIGN, DROPPED, YOUNG].toSorted());
  });

  it('lists fifty uploads and counts the rest', async () => {
    await leaveUploads(
      Object.fromEntries(Array.from({ length: 53 }, (_, part) => [`${FOLDER}part-000-${10_000 + part}.csv`, 48])),
    );
    const { out } = await clean();
    expect(out.split('\n').filter((line) => line.includes('part-000-'))).toHaveLength(50);
    expect(out).toContain('  and 3 more, which --json lists\n');
    expect(out).toContain('53 abandoned uploads');
  });

  it('works on the bucket that AWS has', async () => {
    await leaveUploads(ALL);
    const s3 = await startS3();
    try {
      const words = ['clean', '--config', place.config, '--apply'];
      const environment = { AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint, AWS_REGION: 'eu-central-1' };
      const { exitCode, out, err } = await startLandfall(words, environment).ended;
      expect([exitCode, err]).toEqual([0, '']);
      expect(out).toContain('Aborted 2 abandoned uploads.');
      expect(leftKeys()).toEqual([FOREIGN, YOUNG]);
      const nowhere = await startLandfall(words).ended;
      expect(nowhere).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('REGION_MISSING') });
    } finally {
      await s3.close();
    }
  });
});

/** Hourly runs of a table, with objects as a fleet leaves them. */
async function layRuns(amount: number, parts: number, table = 'public.orders'): Promise<void> {
  const s3 = await startS3();
  const store = { client: s3.client, bucket: BUCKET };
  const ledger = new S3Ledger({ ...store, prefix: '' });
  for (let number = 0; number < amount; number += 1) {
    await layRun({ runId: hourlyRun(number), parts, table }, { ...store, ledger });
  }
  await s3.close();
}

function runsLeft(table = 'public.orders'): string[] {
  const folder = place.pathOf(`raw/${table}`);
  const runs = existsSync(folder) ? readdirSync(folder) : [];
  return runs.filter((run) => readdirSync(join(folder, run)).length > 0).map((run) => run.replace('run_id=', ''));
}

describe('landfall clean of tables with keep_runs', () => {
  const LONG = 'public.a_table_whose_name_is_longer_than_its_column';

  beforeEach(() => {
    place.writeConfig({ 'public.orders': { keep_runs: 2 }, [LONG]: { keep_runs: 10 }, 'public.items': {} });
  });

  it('shows which runs are old, within 80 columns, and removes nothing', async () => {
    await layRuns(5, 2);
    await layRuns(1, 1, LONG);
    const { exitCode, out, err } = await clean();
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toBe(`Unfinished uploads of more than 1d in s3://lake/

Nothing to abort.

Landed runs of tables with keep_runs
                                         keeps  stay    old   objects       size
  shop public.orders                         2     2      3         9     0.6 kB
  shop public.a_tabl…er_than_its_column     10     1      0         0     0.0 kB

3 old runs; add --apply to remove them.
`);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(runsLeft()).toHaveLength(5);
  });

  it('removes them when it is told to, and never what readers see', async () => {
    await layRuns(5, 2);
    await layRuns(5, 2, 'public.items');
    const { exitCode, out } = await clean('--apply');
    expect(exitCode).toBe(0);
    expect(out).toContain('\nRemoved 3 old runs: 9 objects, 0.6 kB.\n');
    expect(runsLeft()).toEqual([hourlyRun(3), hourlyRun(4)]);
    expect(runsLeft('public.items')).toHaveLength(5);
    expect((await clean('--apply')).out).toContain('\nNothing to remove.\n');
  });

  it('lists them in its JSON document', async () => {
    await layRuns(3, 1);
    const document = JSON.parse((await clean('--json', '--apply', '--whole-history')).out) as { old_runs: unknown };
    expect(document).toMatchObject({ applied: true, abandoned: [] });
    expect(document.old_runs).toEqual([
      {
        source: 'shop',
        table: 'public.orders',
        keep_runs: 2,
        kept: 2,
        runs: [{ run_id: hourlyRun(0), objects: 2, bytes: 100, outcome: 'removed' }],
      },
      { source: 'shop', table: LONG, keep_runs: 10, kept: 0, runs: [] },
    ]);
    expect(runsLeft()).toEqual([hourlyRun(1), hourlyRun(2)]);
  });
});

describe('landfall clean that is used wrongly', () => {
  it.each([
    ['an age without a unit', ['--older-than', '24'], '24h or 2d'],
    ['an age at which an upload may be at work', ['--older-than', '59m'], 'from 1h'],
    ['both a folder and AWS', ['--region', 'eu-central-1'], "'--local <folder>' cannot be used with option '--region"],
    ['an unknown option', ['--aply'], '--apply'],
    ['no configuration', ['--config', 'no-such.yaml'], 'no-such.yaml'],
    ['a folder in which nothing ran', [], 'OUT_NOT_FOUND'],
  ])('such as by %s, ends with 2 and one clear line', async (_, words, expected) => {
    const { exitCode, out, err } = await clean(...words);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(expected);
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(place.out)).toBe(false);
  });

  it('leaves a folder alone in which a fleet is at work', async () => {
    await leaveUploads(ALL);
    const lock = lockFolder(join(place.out, '.landfall'));
    try {
      expect(await clean('--apply')).toMatchObject({
        exitCode: 2,
        out: '',
        err: expect.stringContaining('OUT_IN_USE'),
      });
    } finally {
      lock.release();
    }
    expect(leftKeys()).toHaveLength(4);
  });

  it('has help of 80 columns', async () => {
    const { exitCode, out } = await landfall('clean', '--help');
    expect([exitCode, out.split('\n').filter((line) => line.length > 80)]).toEqual([0, []]);
    for (const option of [
      '--older-than',
      '--whole-history',
      '--apply',
      '--local',
      '--profile',
      '--region',
      '--stage',
      '--json',
    ])
      expect(out).toContain(option);
  });
});
