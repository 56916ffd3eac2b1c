import { describe, expect, it } from '@jest/globals';
import { landingCost, PRICES, storageCostUsd } from '../../../shared/core/cost.ts';

describe('what landing a table costs', () => {
  it('is the seconds of the extractor, its start, and the requests to S3', () => {
    const cost = landingCost({ memoryMb: 2_048, seconds: 100, parts: 2, bytes: 20_000_000 });
    expect(cost.gb_seconds).toBe(200);
    // Two uploads of two slices each, three records for each part, six writes and twelve reads for the table.
    expect(cost.s3_requests).toBe(6 + 2 * 3 + (2 * 2 + 3) + 12);
    const requests = PRICES.s3PerWrite * 19 + PRICES.s3PerRead * 12 + PRICES.lambdaPerRequest;
    expect(cost.usd).toBeCloseTo(200 * PRICES.lambdaPerGbSecond + requests, 6);
    expect(cost.memory_mb).toBe(2_048);
  });

  it('grows with memory, time and parts, and is never nothing', () => {
    const base = { memoryMb: 1_024, seconds: 60, parts: 1, bytes: 1_000_000 };
    const { usd } = landingCost(base);
    expect(landingCost({ ...base, memoryMb: 2_048 }).usd).toBeGreaterThan(usd);
    expect(landingCost({ ...base, seconds: 120 }).usd).toBeGreaterThan(usd);
    expect(landingCost({ ...base, parts: 50 }).usd).toBeGreaterThan(usd);
    expect(landingCost({ memoryMb: 128, seconds: 0, parts: 0, bytes: 0 }).usd).toBeGreaterThan(0);
  });

  it('counts storage by decimal gigabytes, as S3 does', () => {
    expect(storageCostUsd(10_000_000_000)).toBeCloseTo(0.23, 10);
  });
});
