import { describe, expect, it } from '@jest/globals';
import { readByteRange } from '../../../../local/s3/byte-range.ts';

describe('a Range header', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=2-', { first: 2, last: 9 }],
    ['bytes=-4', { first: 6, last: 9 }],
    ['bytes=-40', { first: 0, last: 9 }],
    ['bytes=9-400', { first: 9, last: 9 }],
    ['bytes = 1-2', { first: 1, last: 2 }],
  ])('%s means %j of ten bytes', (header, expected) => {
    expect(readByteRange(header, 10)).toEqual(expected);
  });

  it.each([undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'items=0-1', 'bytes=a-b'])(
    'asks for the whole object when it is %s',
    (header) => {
      expect(readByteRange(header, 10)).toBeUndefined();
    },
  );

  it.each([
    ['bytes=10-', 10],
    ['bytes=10-20', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ])('cannot be %s of %i bytes', (header, sizeBytes) => {
    expect(() => readByteRange(header, sizeBytes)).toThrow(
      expect.objectContaining({ code: 'InvalidRange', status: 416 }),
    );
  });
});
