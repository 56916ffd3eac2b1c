import { describe, expect, it } from '@jest/globals';
import {
  bestMemoryMb,
  cpuSeconds,
  extractorSeconds,
  type LandingWork,
  leastMemoryMb,
  MESSAGE_WAIT_SECONDS,
  messageSeconds,
  readingSeconds,
  SOURCE_BYTES_PER_SECOND,
  vcpusOf,
} from '../../../shared/core/landing-model.ts';
import { MESSAGE_CPU_SECONDS, type MeasuredRates } from '../../../shared/core/measured-rates.ts';

const rate = { cpuMicrosPerRow: 5, cpuNanosPerByte: 50, cpusUsed: 1.5 };
const forms = {
  'parquet/zstd': rate,
  'csv/gzip': { ...rate, cpuMicrosPerRow: 9 },
  'jsonl/gzip': { ...rate, cpusUsed: 1 },
};
const MEASURED: MeasuredRates = {
  measuredOn: '2026-01-02',
  machine: 'a machine',
  peakRssMb: 250,
  rates: { mssql: forms, postgres: { ...forms, 'parquet/zstd': { ...rate, cpuNanosPerByte: 0 } } },
};

/** 15 CPU seconds: 5 for its rows, 10 for its bytes. */
const LARGE: LandingWork = {
  dialect: 'mssql',
  format: 'parquet',
  rows: 1_000_000,
  sourceBytes: 200_000_000,
  messages: 0,
};
const SMALL: LandingWork = { ...LARGE, rows: 100, sourceBytes: 1_000, messages: 1 };

describe('the CPU seconds of landing', () => {
  it('are those of rows, bytes and messages, by dialect and format', () => {
    expect(cpuSeconds(LARGE, MEASURED)).toBeCloseTo(15, 9);
    expect(cpuSeconds({ ...LARGE, messages: 10 }, MEASURED)).toBeCloseTo(15 + 10 * MESSAGE_CPU_SECONDS, 9);
    expect(cpuSeconds({ ...LARGE, dialect: 'postgres' }, MEASURED)).toBeCloseTo(5, 9);
    expect(cpuSeconds({ ...LARGE, format: 'csv' }, MEASURED)).toBeCloseTo(19, 9);
  });
});

describe('the seconds of landing', () => {
  it('are CPU seconds by the processors that Lambda gives, up to those that are used', () => {
    expect(vcpusOf(1_769)).toBe(1);
    const seconds = [884.5, 1_769, 2_653.5, 10_240].map((memoryMb) => readingSeconds(LARGE, memoryMb, MEASURED));
    expect(seconds.map((each) => Math.round(each * 1e6) / 1e6)).toEqual([30, 15, 10, 10]);
    expect(readingSeconds({ ...LARGE, format: 'json' }, 3_538, MEASURED)).toBeCloseTo(15, 9);
  });

  it('are no less than the database takes to send', () => {
    const fast = { ...LARGE, dialect: 'postgres', sourceBytes: 100 * SOURCE_BYTES_PER_SECOND } as const;
    expect(readingSeconds(fast, 10_240, MEASURED)).toBe(100);
  });

  it('have a wait for each message, which no memory makes shorter', () => {
    expect(messageSeconds(10_240)).toBeCloseTo(MESSAGE_WAIT_SECONDS + MESSAGE_CPU_SECONDS, 9);
    expect(messageSeconds(884.5)).toBeCloseTo(MESSAGE_WAIT_SECONDS + 2 * MESSAGE_CPU_SECONDS, 9);
    expect(extractorSeconds({ ...LARGE, messages: 3 }, 1_769, MEASURED)).toBeCloseTo(15 + 3 * messageSeconds(1_769), 9);
  });
});

describe('the best memory', () => {
  it('is all that is used of the processors when nothing waits', () => {
    const best = bestMemoryMb(LARGE, MEASURED);
    expect(best).toBeGreaterThanOrEqual(1_769 * 1.5);
    expect(best).toBeLessThanOrEqual(1_769 * 1.5 * 1.1);
  });

  it('is less where the database is slower than the CPU, and the least where all is waiting', () => {
    const held: LandingWork = { ...LARGE, dialect: 'postgres', sourceBytes: 20 * SOURCE_BYTES_PER_SECOND };
    expect(bestMemoryMb(held, MEASURED)).toBeLessThan(bestMemoryMb(LARGE, MEASURED) / 2);
    expect(bestMemoryMb(SMALL, MEASURED)).toBeLessThan(700);
  });

  it('costs at most a tenth more than any other, and more of it costs more than that', () => {
    for (const work of [LARGE, SMALL, { ...LARGE, messages: 4 }]) {
      const price = (memoryMb: number) => memoryMb * extractorSeconds(work, memoryMb, MEASURED);
      const best = bestMemoryMb(work, MEASURED);
      const cheapest = Math.min(...Array.from({ length: 150 }, (_, n) => price(512 + 64 * n)));
      expect(price(best)).toBeLessThanOrEqual(cheapest * 1.1);
      expect(price(best + 64)).toBeGreaterThan(cheapest * 1.1);
    }
  });

  it('holds the process with a reserve', () => {
    expect(leastMemoryMb(MEASURED)).toBe(512);
    expect(leastMemoryMb({ ...MEASURED, peakRssMb: 500 })).toBe(768);
    expect(bestMemoryMb(SMALL, { ...MEASURED, peakRssMb: 1_000 })).toBeGreaterThanOrEqual(1_500);
  });
});
