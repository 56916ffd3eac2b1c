import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { cleanUploads } from '../../../shared/flow/clean-uploads.ts';
import type { OpenUpload, UploadStore } from '../../../shared/landing/upload-store.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RUN = '20261120T030000Z';
const ORDERS = `raw/shop/public/orders/run_id=${RUN}/part-000-00003.parquet`;

const config = parseConfig(
  JSON.stringify({
    version: 1,
    target: { bucket: 'lake', prefix: 'raw/' },
    sources: {
      shop: {
        dialect: 'postgres',
        secret: 'env:SHOP_DB',
        tables: {
          'public.orders': {},
          'public.events': { object: '{table}/{YYYY}/{MM}/{DD}/', format: 'csv', compression: 'gzip' },
        },
      },
    },
  }),
  'landfall.yaml',
);

/** Uploads in memory. What is `completed` ends by itself as soon as it was listed. */
class MemoryUploads implements UploadStore {
  readonly open = new Map<string, OpenUpload>();
  readonly completed = new Set<string>();
  readonly asked: string[] = [];

  begin(key: string, ageMs: number, uploadId = key): this {
    this.open.set(uploadId, { key, uploadId, startedAtMs: NOW_MS - ageMs });
    return this;
  }

  async *list(prefix: string): AsyncGenerator<OpenUpload> {
    this.asked.push(prefix);
    for (const upload of this.open.values()) if (upload.key.startsWith(prefix)) yield upload;
    for (const uploadId of this.completed) this.open.delete(uploadId);
  }

  async abort({ uploadId }: OpenUpload): Promise<boolean> {
    return this.open.delete(uploadId);
  }
}

function clean(uploads: UploadStore, apply = true, olderThanMs = DAY_MS) {
  return cleanUploads({ olderThanMs, apply }, { config, uploads, clock: { now: () => NOW_MS } });
}

describe('cleanUploads', () => {
  it('looks only, unless it is told to abort', async () => {
    const uploads = new MemoryUploads().begin(ORDERS, 2 * DAY_MS);
    const looked = await clean(uploads, false);
    expect(looked).toEqual({
      abandoned: [
        {
          key: ORDERS,
          uploadId: ORDERS,
          startedAtMs: NOW_MS - 2 * DAY_MS,
          ageMs: 2 * DAY_MS,
          runId: RUN,
          table: { source: 'shop', table: 'public.orders' },
          outcome: 'found',
        },
      ],
      foreign: [],
      young: 0,
    });
    expect([...uploads.open.keys()]).toEqual([ORDERS]);
    expect(uploads.asked).toEqual(['raw/']);
    expect((await clean(uploads)).abandoned).toMatchObject([{ key: ORDERS, outcome: 'aborted' }]);
    expect(uploads.open.size).toBe(0);
  });

  it('leaves what is younger than the limit, to the millisecond', async () => {
    const uploads = new MemoryUploads().begin(ORDERS, DAY_MS - 1, 'young').begin(ORDERS, DAY_MS, 'old');
    const report = await clean(uploads);
    expect(report.abandoned.map(({ uploadId }) => uploadId)).toEqual(['old']);
    expect(report.young).toBe(1);
    expect([...uploads.open.keys()]).toEqual(['young']);
    expect((await clean(uploads, true, HOUR_MS)).abandoned).toHaveLength(1);
  });

  it('leaves an upload whose clock is ahead of ours', async () => {
    const uploads = new MemoryUploads().begin(ORDERS, -DAY_MS);
    expect(await clean(uploads)).toMatchObject({ abandoned: [], young: 1 });
    expect(uploads.open.size).toBe(1);
  });

  it.each([
    ['a backup of somebody', 'raw/backup/database.tar'],
    ['a part of Spark', `raw/shop/public/orders/run_id=${RUN}/part-00000-2c4fb3a4-c000.snappy.parquet`],
    ['a part outside of any run', 'raw/shop/public/orders/part-000-00000.parquet'],
    ['a part of no day of the calendar', 'raw/shop/orders/run_id=20261345T030000Z/part-000-00000.parquet'],
    ['a part without an ending', `raw/shop/public/orders/run_id=${RUN}/part-000-00000`],
    ['a part that no run would number so', `raw/shop/public/orders/run_id=${RUN}/part-0000-00000.parquet`],
    ['what only begins like a part', `raw/run_id=${RUN}/part-000-00000.parquet/else.bin`],
  ])('leaves %s, however old, and says so', async (_, key) => {
    const uploads = new MemoryUploads().begin(key, 400 * DAY_MS);
    expect(await clean(uploads)).toMatchObject({ abandoned: [], foreign: [{ key, ageMs: 400 * DAY_MS }], young: 0 });
    expect(uploads.open.size).toBe(1);
  });

  it.each([
    [ORDERS, RUN, 'public.orders'],
    [ORDERS.replace('-000-00003', '-1000-123456'), RUN, 'public.orders'],
    [`raw/events/2026/11/20/part-000-00000.${RUN}.csv.gz`, RUN, 'public.events'],
    ['raw/events/2026/11/20/part-000-00000.20261120T030000.250Z.csv.gz', '20261120T030000.250Z', 'public.events'],
    [`raw/events/2026/11/21/part-000-00000.${RUN}.csv.gz`, RUN, undefined],
    [`raw/shop/public/dropped/run_id=${RUN}/part-000-00000.parquet`, RUN, undefined],
    [`raw/20200101T000000Z/run_id=${RUN}/part-000-00000.parquet`, RUN, undefined],
  ])('aborts %s of run %s and table %s', async (key, runId, table) => {
    const report = await clean(new MemoryUploads().begin(key, 2 * DAY_MS));
    expect(report.foreign).toEqual([]);
    expect(report.abandoned).toMatchObject([{ key, runId, outcome: 'aborted' }]);
    expect(report.abandoned[0]!.table?.table).toBe(table);
  });

  it('says of an upload that ended meanwhile that it did', async () => {
    const uploads = new MemoryUploads().begin(ORDERS, 2 * DAY_MS, 'a').begin(ORDERS, 2 * DAY_MS, 'b');
    uploads.completed.add('a');
    const outcomes = (await clean(uploads)).abandoned.map(({ uploadId, outcome }) => [uploadId, outcome]);
    expect(outcomes).toEqual([
      ['a', 'gone'],
      ['b', 'aborted'],
    ]);
  });
});
