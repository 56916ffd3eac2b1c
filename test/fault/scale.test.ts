import { describe, expect, it } from '@jest/globals';
import type { ScaleOptions } from '../scale/options.ts';
import { runScale } from '../scale/run-scale.ts';

const SEED = Number(process.env.LANDFALL_TEST_SEED ?? Date.now() % 1_000_000);
const PART_ROWS = 20_000;
const OPTIONS: ScaleOptions = {
  rows: 400_000,
  chunks: 4,
  deadlineSeconds: 3,
  workers: 2,
  killEverySeconds: 3,
  seed: SEED,
  maxKills: 5,
  parts: { rows: PART_ROWS, delayMs: 400 },
};

describe('a table that takes many invocations', () => {
  it('lands row for row under random kills', async () => {
    const report = await runScale(OPTIONS, () => undefined);
    const { seconds, parts, continuations, kills, peakMb } = report;
    process.stderr.write(
      `${OPTIONS.rows} rows in ${seconds.toFixed(1)} s: ${parts} parts, ${continuations} continuations, ${kills} kills, ` +
        `peak RSS ${peakMb.toFixed(0)} MB; LANDFALL_TEST_SEED=${SEED}\n`,
    );
    expect(report).toMatchObject({ landed: report.expected, strayKeys: [], letters: 0, chunks: OPTIONS.chunks });
    expect(report.expected.rows).toBe(String(OPTIONS.rows));
    expect(parts).toBeGreaterThanOrEqual(OPTIONS.rows / PART_ROWS);
    expect([continuations > OPTIONS.chunks, kills > 0]).toEqual([true, true]);
  }, 600_000);
});
