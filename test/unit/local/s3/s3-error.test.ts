import { describe, expect, it } from '@jest/globals';
import { asS3Error, noSuchKey } from '../../../../local/s3/s3-error.ts';
import { childText, readXml } from '../../../../local/s3/xml/read.ts';

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: something, open '/x'`), { code });
}

describe('what is thrown', () => {
  it.each([
    ['ENOSPC', 507, 'InsufficientStorage', /The disk of the local endpoint is full: free space under \/landed/],
    ['EDQUOT', 507, 'InsufficientStorage', /free space under \/landed/],
    ['EACCES', 403, 'AccessDenied', /\/landed.*EACCES/],
    ['EROFS', 403, 'AccessDenied', /EROFS/],
    ['ENAMETOOLONG', 400, 'KeyTooLongError', /too long/],
    ['EMFILE', 503, 'SlowDown', /reduce/],
    ['EIO', 500, 'InternalError', /EIO/],
  ])('as %s is answered with %i %s', (code, status, s3Code, message) => {
    const cause = errno(code);
    expect(asS3Error(cause, '/landed')).toMatchObject({ status, code: s3Code, cause });
    expect(asS3Error(cause, '/landed').message).toMatch(message);
  });

  it('passes S3 errors and takes anything else', () => {
    const error = noSuchKey('k');
    expect(asS3Error(error, '/landed')).toBe(error);
    expect(asS3Error(undefined, '/landed')).toMatchObject({ status: 500, code: 'InternalError' });
  });

  it('is a document that S3 clients read', () => {
    const root = readXml(noSuchKey('a<b').toXml('/bucket/a%3Cb', 'R1'));
    expect(Object.fromEntries(root.children.map(({ name, text }) => [name, text]))).toEqual({
      Code: 'NoSuchKey',
      Message: 'The specified key does not exist.',
      Key: 'a<b',
      Resource: '/bucket/a%3Cb',
      RequestId: 'R1',
    });
    expect(childText(root, 'Code')).toBe('NoSuchKey');
  });
});
