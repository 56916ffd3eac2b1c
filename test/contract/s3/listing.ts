import { ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from '@jest/globals';
import { type CurrentSubject, listAll, put } from './subject.ts';

const KEYS = [
  ' space',
  '%41',
  '+plus',
  'A',
  'B/inner',
  'Z',
  'Zebra',
  'a',
  'a-b',
  'a.b/c',
  'a_/b',
  'a_/b-c',
  'a0',
  'aA',
  'aa',
  'sub/deep/er/1',
  'sub/deep/er/2',
  'z',
  'é',
  'ｚ',
  '𝒳',
];

/** As S3 lists them: by the bytes of their UTF-8. */
const SORTED = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

export function describeListing(subject: CurrentSubject): void {
  const list = (more: Partial<ListObjectsV2CommandInput>) => {
    const { client, bucket, prefix } = subject();
    return client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}list/`, ...more }));
  };
  const names = (page: { Contents?: { Key?: string | undefined }[] | undefined }) =>
    (page.Contents ?? []).map(({ Key }) => (Key ?? '').slice(`${subject().prefix}list/`.length));
  const folders = (page: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }) =>
    (page.CommonPrefixes ?? []).map(({ Prefix }) => (Prefix ?? '').slice(`${subject().prefix}list/`.length));

  beforeAll(async () => {
    await Promise.all(KEYS.map((key) => put(subject(), `list/${key}`, key)));
  });

  it.each([1, 2, 3, 7, 1000])('lists mixed-case and unicode keys in byte order, %i a page', async (pageSize) => {
    expect(await listAll(subject(), 'list/', pageSize)).toEqual(SORTED);
  });

  it('describes each object', async () => {
    const { Contents, KeyCount, IsTruncated, MaxKeys } = await list({ MaxKeys: 1 });
    expect({ KeyCount, IsTruncated, MaxKeys }).toEqual({ KeyCount: 1, IsTruncated: true, MaxKeys: 1 });
    expect(Contents?.[0]).toMatchObject({
      Size: 6,
      StorageClass: 'STANDARD',
      ETag: expect.stringMatching(/^"\w{32}"$/),
    });
    expect(Contents?.[0]?.LastModified).toBeInstanceOf(Date);
  });

  it('rolls keys up by a delimiter, over pages too', async () => {
    const whole = await list({ Delimiter: '/' });
    expect(folders(whole)).toEqual(['B/', 'a.b/', 'a_/', 'sub/']);
    expect(names(whole)).toEqual(SORTED.filter((key) => !key.includes('/')));
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await list({ Delimiter: '/', MaxKeys: 2, ...(token && { ContinuationToken: token }) });
      expect(page.KeyCount).toBe(names(page).length + folders(page).length);
      seen.push(...[...names(page), ...folders(page)].sort());
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect([...seen].sort()).toEqual([...names(whole), ...folders(whole)].sort());
  });

  it('starts behind a key, which need not be there', async () => {
    const { prefix } = subject();
    expect(names(await list({ StartAfter: `${prefix}list/aA` }))).toEqual(SORTED.slice(SORTED.indexOf('aA') + 1));
    expect(names(await list({ StartAfter: `${prefix}list/sub/deep/er/1` }))[0]).toBe('sub/deep/er/2');
    expect(names(await list({ StartAfter: `${prefix}list/zzz` }))).toEqual(['é', 'ｚ', '𝒳']);
  });

  it('lists under a prefix that ends within a name', async () => {
    const { prefix } = subject();
    expect(names(await list({ Prefix: `${prefix}list/a` }))).toEqual(SORTED.filter((key) => key.startsWith('a')));
    expect(names(await list({ Prefix: `${prefix}list/sub/de` }))).toEqual(['sub/deep/er/1', 'sub/deep/er/2']);
    expect((await list({ Prefix: `${prefix}list/none` })).KeyCount).toBe(0);
  });

  it('encodes keys when asked to', async () => {
    const { prefix } = subject();
    const page = await list({ EncodingType: 'url' });
    expect(page.EncodingType).toBe('url');
    const decoded = (page.Contents ?? []).map(({ Key }) => decodeURIComponent((Key ?? '').replaceAll('+', ' ')));
    expect(decoded).toEqual(SORTED.map((key) => `${prefix}list/${key}`));
  });

  it('lists nothing when no key is wanted', async () => {
    const page = await list({ MaxKeys: 0 });
    expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
}
