import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { type CurrentSubject, refusal, type Subject } from './subject.ts';

const MIB = 1024 * 1024;
const LARGE = randomBytes(5 * MIB);
const SMALL = Buffer.from('the last part may be small');

/** A multipart upload whose calls need no more than what differs. */
export async function begin(subject: Subject, key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { client, bucket, prefix } = subject;
  const where = { Bucket: bucket, Key: prefix + key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...where, ...more }));
  const upload = { ...where, UploadId };
  return {
    where,
    upload,
    part: (PartNumber: number, Body: Buffer, extra: Partial<UploadPartCommandInput> = {}) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...extra })),
    complete: (
      Parts: NonNullable<CompleteMultipartUploadCommandInput['MultipartUpload']>['Parts'],
      extra: Partial<CompleteMultipartUploadCommandInput> = {},
    ) => client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...extra })),
    abort: () => client.send(new AbortMultipartUploadCommand(upload)),
    listParts: (extra: object = {}) => client.send(new ListPartsCommand({ ...upload, ...extra })),
  };
}

function crc32Base64(...bodies: Buffer[]): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(bodies.reduce((crc, body) => crc32(body, crc), 0));
  return value.toString('base64');
}

function multipartEtag(...bodies: Buffer[]): string {
  const hash = createHash('md5');
  for (const body of bodies) hash.update(createHash('md5').update(body).digest());
  return `"${hash.digest('hex')}-${bodies.length}"`;
}

export function describeMultipart(subject: CurrentSubject): void {
  it('makes one object of its parts, whose numbers need not follow each other', async () => {
    const { where, part, complete } = await begin(subject(), 'mp/whole', {
      ContentType: 'text/csv',
      Metadata: { rows: '5' },
    });
    const last = await part(9, SMALL);
    const replaced = await part(2, SMALL);
    const first = await part(2, LARGE);
    expect(replaced.ETag).not.toBe(first.ETag);
    const { client } = subject();
    expect((await refusal(client.send(new HeadObjectCommand(where)))).status).toBe(404);
    const done = await complete([
      { PartNumber: 2, ETag: first.ETag },
      { PartNumber: 9, ETag: last.ETag },
    ]);
    expect(done.ETag).toBe(multipartEtag(LARGE, SMALL));
    const got = await client.send(new GetObjectCommand(where));
    expect(got).toMatchObject({ ContentType: 'text/csv', Metadata: { rows: '5' }, ETag: done.ETag });
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([LARGE, SMALL]))).toBe(true);
  });

  it('has no upload once it is completed or aborted', async () => {
    const done = await begin(subject(), 'mp/ended');
    const { ETag } = await done.part(1, SMALL);
    await done.complete([{ PartNumber: 1, ETag }]);
    const aborted = await begin(subject(), 'mp/aborted');
    await aborted.part(1, SMALL);
    await aborted.abort();
    const gone = { code: 'NoSuchUpload', status: 404 };
    expect(await refusal(aborted.part(2, SMALL))).toEqual(gone);
    expect(await refusal(aborted.listParts())).toEqual(gone);
    expect(await refusal(aborted.complete([{ PartNumber: 1, ETag }]))).toEqual(gone);
    expect((await refusal(done.part(2, SMALL))).code).toBe('NoSuchUpload');
    expect((await refusal(subject().client.send(new HeadObjectCommand(aborted.where)))).status).toBe(404);
  });

  it('refuses wrong lists of parts and leaves the upload as it is', async () => {
    const { part, complete, abort } = await begin(subject(), 'mp/wrong');
    const one = { PartNumber: 1, ETag: (await part(1, SMALL)).ETag };
    const two = { PartNumber: 2, ETag: (await part(2, LARGE)).ETag };
    const refused = async (...parts: { PartNumber: number; ETag?: string | undefined }[]) =>
      refusal(complete(parts as (typeof one)[]));
    expect(await refused(two, one)).toEqual({ code: 'InvalidPartOrder', status: 400 });
    expect(await refused(one, two)).toEqual({ code: 'EntityTooSmall', status: 400 });
    expect(await refused(two, { PartNumber: 3, ETag: one.ETag })).toEqual({ code: 'InvalidPart', status: 400 });
    expect(await refused({ PartNumber: 1, ETag: two.ETag })).toEqual({ code: 'InvalidPart', status: 400 });
    expect(await refused()).toEqual({ code: 'MalformedXML', status: 400 });
    await complete([two]);
    expect((await refusal(abort())).code).toBe('NoSuchUpload');
  });

  it.each([0, 10_001])('has no part %i', async (number) => {
    const { part, abort } = await begin(subject(), 'mp/number');
    expect(await refusal(part(number, SMALL))).toEqual({ code: 'InvalidArgument', status: 400 });
    await part(10_000, SMALL);
    await abort();
  });

  it('lists parts over pages', async () => {
    const { part, listParts, abort } = await begin(subject(), 'mp/parts', { ChecksumAlgorithm: 'CRC32' });
    for (const number of [3, 1, 2]) await part(number, Buffer.alloc(number, 65), { ChecksumAlgorithm: 'CRC32' });
    const first = await listParts({ MaxParts: 2 });
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2', ChecksumType: 'COMPOSITE' });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(first.Parts?.[0]?.ChecksumCRC32).toBe(crc32Base64(Buffer.from('A')));
    const second = await listParts({ PartNumberMarker: first.NextPartNumberMarker });
    expect(second.IsTruncated).toBe(false);
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
    await abort();
  });

  it('lists uploads by key, over pages and rolled up', async () => {
    const { client, bucket, prefix } = subject();
    const keys = ['mpl/b/1', 'mpl/B', 'mpl/a', 'mpl/a', 'mpl/b/2'];
    const uploads = [];
    for (const key of keys) uploads.push(await begin(subject(), key));
    const list = (more: object) =>
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: `${prefix}mpl/`, ...more }));
    const sorted = ['mpl/B', 'mpl/a', 'mpl/a', 'mpl/b/1', 'mpl/b/2'].map((key) => prefix + key);
    expect((await list({})).Uploads?.map(({ Key }) => Key)).toEqual(sorted);
    const paged: (string | undefined)[] = [];
    for (let markers = {}, more = true; more; ) {
      const page = await list({ MaxUploads: 2, ...markers });
      paged.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
    expect(new Set(paged)).toEqual(new Set(uploads.map(({ upload }) => upload.UploadId)));
    expect(paged).toHaveLength(5);
    const rolled = await list({ Delimiter: '/' });
    expect(rolled.CommonPrefixes).toEqual([{ Prefix: `${prefix}mpl/b/` }]);
    expect(rolled.Uploads).toHaveLength(3);
    for (const { abort } of uploads) await abort();
    expect((await list({})).Uploads ?? []).toEqual([]);
  });

  it('keeps the checksum of the parts’ checksums', async () => {
    const { where, part, complete } = await begin(subject(), 'mp/composite', { ChecksumAlgorithm: 'SHA256' });
    const sums = [LARGE, SMALL].map((body) => createHash('sha256').update(body).digest());
    const parts = [];
    for (const [at, body] of [LARGE, SMALL].entries()) {
      const { ETag, ChecksumSHA256 } = await part(at + 1, body, { ChecksumAlgorithm: 'SHA256' });
      expect(ChecksumSHA256).toBe(sums[at]?.toString('base64'));
      parts.push({ PartNumber: at + 1, ETag, ChecksumSHA256 });
    }
    const withoutSums = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    expect(await refusal(complete(withoutSums))).toEqual({ code: 'InvalidRequest', status: 400 });
    await complete(parts);
    const expected = `${createHash('sha256').update(Buffer.concat(sums)).digest('base64')}-2`;
    const head = await subject().client.send(new HeadObjectCommand({ ...where, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumSHA256: expected, ChecksumType: 'COMPOSITE' });
  });

  it('checks the checksum of the whole object', async () => {
    const full = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const { where, part, complete } = await begin(subject(), 'mp/full', full);
    const parts = [];
    for (const [at, body] of [LARGE, SMALL].entries()) {
      const { ETag, ChecksumCRC32 } = await part(at + 1, body, { ChecksumAlgorithm: 'CRC32' });
      parts.push({ PartNumber: at + 1, ETag, ChecksumCRC32 });
    }
    const sum = crc32Base64(LARGE, SMALL);
    const wrong = complete(parts, { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: crc32Base64(SMALL, LARGE) });
    expect(await refusal(wrong)).toEqual({ code: 'BadDigest', status: 400 });
    const wrongMode = complete(parts, { ChecksumType: 'COMPOSITE' });
    expect(await refusal(wrongMode)).toEqual({ code: 'InvalidRequest', status: 400 });
    const wrongSize = complete(parts, { ChecksumType: 'FULL_OBJECT', MpuObjectSize: 7 });
    expect(await refusal(wrongSize)).toEqual({ code: 'InvalidRequest', status: 400 });
    const done = await complete(parts, {
      ChecksumType: 'FULL_OBJECT',
      ChecksumCRC32: sum,
      MpuObjectSize: LARGE.length + SMALL.length,
    });
    expect(done).toMatchObject({ ChecksumCRC32: sum, ChecksumType: 'FULL_OBJECT' });
    const head = await subject().client.send(new HeadObjectCommand({ ...where, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumCRC32: sum, ChecksumType: 'FULL_OBJECT' });
  });

  it('refuses a part with another checksum than the upload’s, or with a wrong one', async () => {
    const { part, abort } = await begin(subject(), 'mp/mixed', { ChecksumAlgorithm: 'SHA256' });
    const other = part(1, SMALL, { ChecksumAlgorithm: 'CRC32' });
    expect(await refusal(other)).toEqual({ code: 'InvalidRequest', status: 400 });
    const ChecksumSHA256 = createHash('sha256').update('other').digest('base64');
    expect(await refusal(part(1, SMALL, { ChecksumSHA256 }))).toEqual({ code: 'BadDigest', status: 400 });
    await abort();
  });
}
