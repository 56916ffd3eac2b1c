import { describe, expect, it } from '@jest/globals';
import { ConsistencyError } from '../../../shared/core/errors.ts';
import { assertIntact } from '../../../shared/landing/landing.ts';

const sent = { bytes: 9, checksumCrc32: 'y/Q5Jg==' };
const found = { ...sent, attemptId: 'a' };

function errorOf(of: Parameters<typeof assertIntact>[1]): ConsistencyError {
  try {
    assertIntact('t/part-000-00000.csv', of, sent);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConsistencyError);
    return thrown as ConsistencyError;
  }
  throw new Error('the object passed');
}

describe('assertIntact', () => {
  it('lets an object pass that has the size and the checksum, or the size where the store keeps no checksum', () => {
    expect(() => assertIntact('k', found, sent)).not.toThrow();
    expect(() => assertIntact('k', { ...found, checksumCrc32: undefined }, sent)).not.toThrow();
  });

  it('refuses another size, with or without a checksum', () => {
    const error = errorOf({ ...found, bytes: 8, checksumCrc32: undefined });
    expect(error).toMatchObject({ code: 'OBJECT_DIFFERS', retry: 'once' });
    expect(error.message).toBe('t/part-000-00000.csv has 8 bytes and CRC-32 unknown; 9 bytes and y/Q5Jg== were sent.');
    expect(error.remedy).toBe('Do not read this object; start a new run.');
    expect(errorOf({ ...found, bytes: 10 }).code).toBe('OBJECT_DIFFERS');
  });

  it('refuses another checksum', () => {
    expect(errorOf({ ...found, checksumCrc32: 'AAAAAA==' }).message).toContain('9 bytes and CRC-32 AAAAAA==;');
  });
});
