import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { type CurrentSubject, getText, put, refusal } from './subject.ts';

/** Of "123456789": the check values that the catalogues of checksums give, in base64. */
const CHECKSUMS: [ChecksumAlgorithm, string][] = [
  ['CRC32', Buffer.from('cbf43926', 'hex').toString('base64')],
  ['CRC32C', Buffer.from('e3069283', 'hex').toString('base64')],
  ['CRC64NVME', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
  ['SHA1', createHash('sha1').update('123456789').digest('base64')],
  ['SHA256', createHash('sha256').update('123456789').digest('base64')],
];

export function describeChecksums(subject: CurrentSubject): void {
  it.each(CHECKSUMS)('keeps the %s that the SDK sends and gives it back', async (algorithm, value) => {
    const { client, bucket, prefix } = subject();
    const field = `Checksum${algorithm}`;
    const answer = await put(subject(), `sum/${algorithm}`, '123456789', { ChecksumAlgorithm: algorithm });
    expect(answer).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
    const where = { Bucket: bucket, Key: `${prefix}sum/${algorithm}`, ChecksumMode: 'ENABLED' } as const;
    expect(await client.send(new HeadObjectCommand(where))).toMatchObject({
      [field]: value,
      ChecksumType: 'FULL_OBJECT',
    });
    const got = await client.send(new GetObjectCommand(where));
    expect(got).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
    (got.Body as Readable).destroy();
  });

  it.each(CHECKSUMS)('refuses a wrong %s', async (algorithm, value) => {
    const wrong = Buffer.from(value, 'base64').reverse().toString('base64');
    const call = put(subject(), 'sum/wrong', '123456789', { [`Checksum${algorithm}`]: wrong });
    expect(await refusal(call)).toEqual({ code: 'BadDigest', status: 400 });
    expect(await refusal(getText(subject(), 'sum/wrong'))).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  it('refuses a checksum that is none', async () => {
    const call = put(subject(), 'sum/none', '123456789', { ChecksumCRC32: 'AAAA' });
    expect(await refusal(call)).toEqual({ code: 'InvalidRequest', status: 400 });
  });

  it('checks Content-MD5', async () => {
    const right = createHash('md5').update('body').digest('base64');
    await put(subject(), 'md5', 'body', { ContentMD5: right });
    expect(await refusal(put(subject(), 'md5', 'other', { ContentMD5: right }))).toEqual({
      code: 'BadDigest',
      status: 400,
    });
    const noMd5 = put(subject(), 'md5', 'other', { ContentMD5: 'AAAA' });
    expect(await refusal(noMd5)).toEqual({ code: 'InvalidDigest', status: 400 });
    expect(await getText(subject(), 'md5')).toBe('body');
  });

  it.each(CHECKSUMS)('takes a stream, whose %s comes in a trailer', async (algorithm, value) => {
    const { client, bucket, prefix } = subject();
    const pieces = Readable.from(['1', '2345', '6789'].map((piece) => Buffer.from(piece)));
    await put(subject(), 'streamed', pieces, {
      ContentLength: 9,
      ChecksumAlgorithm: algorithm,
      ContentEncoding: 'gzip',
    });
    const where = { Bucket: bucket, Key: `${prefix}streamed`, ChecksumMode: 'ENABLED' } as const;
    const head = await client.send(new HeadObjectCommand(where));
    expect(head).toMatchObject({ ContentLength: 9, ContentEncoding: 'gzip', [`Checksum${algorithm}`]: value });
    expect(await getText(subject(), 'streamed')).toBe('123456789');
  });

  it('gives no checksum of the whole beside a range', async () => {
    const { client, bucket, prefix } = subject();
    await put(subject(), 'sum/range', '123456789');
    const where = { Bucket: bucket, Key: `${prefix}sum/range`, ChecksumMode: 'ENABLED', Range: 'bytes=0-3' } as const;
    const got = await client.send(new GetObjectCommand(where));
    expect(got.ChecksumCRC32).toBeUndefined();
    (got.Body as Readable).destroy();
  });
}
