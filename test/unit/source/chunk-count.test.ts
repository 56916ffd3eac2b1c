import { describe, expect, it } from '@jest/globals';
import { chunkCount } from '../../../shared/source/chunk-count.ts';

describe('the number of chunks', () => {
  it.each([
    [{ count: 8 }, 0, 8],
    [{ count: 0 }, 10, 1],
    [{ count: 5_000 }, 10, 1_000],
    [{ rows: 100 }, 1_000, 10],
    [{ rows: 100 }, 1_001, 11],
    [{ rows: 100 }, 0, 1],
    [{ rows: 1 }, 10_000_000, 1_000],
  ])('of %j for %d rows is %d', (request, rows, chunks) => {
    expect(chunkCount(request, rows)).toBe(chunks);
  });
});
