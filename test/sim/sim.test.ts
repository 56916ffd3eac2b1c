import { beforeAll, describe, expect, it } from '@jest/globals';
import { replayCommand, violationText } from './runner/report-text.ts';
import { type RangeReport, runSeeds } from './runner/seed-range.ts';
import { shrunk } from './runner/shrink.ts';
import { scenarioOf } from './scenario/scenario-of.ts';
import { simulate } from './simulate.ts';

const SEEDS = 500;
const TIME_LIMIT_MS = 300_000;

describe(`the simulated fleet under ${SEEDS} seeds`, () => {
  let report: RangeReport;

  beforeAll(async () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    report = await runSeeds(0, SEEDS);
    Error.stackTraceLimit = stackTraceLimit;
  }, TIME_LIMIT_MS);

  it('holds every invariant', () => {
    const failures = report.failed.map(({ seed, violation }) => `${replayCommand(seed)}\n${violationText(violation)}`);
    expect(failures).toEqual([]);
  });

  it('has calm weather and storms, and tables that end in every way', () => {
    expect(report.calmSeeds).toBeGreaterThan(SEEDS / 50);
    const kinds = ['crash-before', 'crash-after', 'freeze', 's3-answer-lost', 'delivered-twice', 'rows-changed'];
    expect(kinds.filter((kind) => (report.struck.get(kind) ?? 0) < 5)).toEqual([]);
    for (const ending of ['landed', 'empty', 'superseded', 'failed SCHEMA_CHANGED']) {
      expect([...report.outcomes.keys()]).toContain(`table ${ending}`);
    }
    for (const reason of ['changes', 'first-run', 'scheduled', 'reset', 'update-key-went-back']) {
      expect(report.outcomes.get(`window ${reason}`)).toBeGreaterThan(5);
    }
  });
});

describe('a seed', () => {
  it('lives through the same world every time', async () => {
    for (const seed of [1, 4, 62, 505]) {
      const [first, second] = [await simulate(scenarioOf(seed)), await simulate(scenarioOf(seed))];
      expect(first.trace.length).toBeGreaterThan(50);
      expect(second.trace).toEqual(first.trace);
      expect(second.fingerprint).toBe(first.fingerprint);
    }
  });

  it('differs from its neighbour', async () => {
    const [first, second] = [await simulate(scenarioOf(1)), await simulate(scenarioOf(2))];
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });

  it('is shrunk to nothing less when nothing fails', async () => {
    const scenario = scenarioOf(4);
    expect(await shrunk(scenario)).toBe(scenario);
  });
});
