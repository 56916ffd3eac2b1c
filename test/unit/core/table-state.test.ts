import { describe, expect, it } from '@jest/globals';
import type { TableManifest, TableState, WindowRecord } from '../../../shared/core/records.ts';
import { isNewerRun, nextState, remembered, STATE_HISTORY_LIMIT } from '../../../shared/core/table-state.ts';
import { manifest as landedManifest } from '../ledger/records.ts';

const FIRST = '20261122T030000Z';
const SECOND = '20261123T030000Z';

const window: WindowRecord = {
  mode: 'incremental',
  kind: 'changes',
  full_because: null,
  update_key: 'changed_at',
  type: 'timestamp with time zone',
  watermark: '2026-11-21 00:00:00.123456+00',
  read_after: '2026-11-21 00:00:00.123456+00',
  up_to: '2026-11-22 00:00:00.654321+00',
  lag: '5m',
  lookback: null,
  nulls: 'include-once',
  has_nulls: false,
  taken_at: '2026-11-22T03:00:01.000Z',
  newest: '2026-11-22 00:05:00.654321+00',
  horizon: null,
  epoch: null,
  based_on: '20261121T030000Z',
  generation: 0,
};

function manifestOf(runId: string, changed: Partial<WindowRecord> = {}): TableManifest {
  const manifest = landedManifest({ source: 'shop', table: 'public.orders', runId });
  return { ...manifest, query_hash: 'abc', window: { ...window, ...changed } };
}

function stateOf(runId: string, changed: Partial<WindowRecord> = {}): TableState {
  return nextState(undefined, manifestOf(runId, changed)) as TableState;
}

describe('the state of a table', () => {
  it('is the watermark of the run that landed, with what the next run needs', () => {
    expect(nextState(undefined, manifestOf(FIRST))).toStrictEqual({
      version: 1,
      source: 'shop',
      table: 'public.orders',
      generation: 0,
      run_id: FIRST,
      mode: 'incremental',
      update_key: 'changed_at',
      type: 'timestamp with time zone',
      watermark: '2026-11-22 00:00:00.654321+00',
      seen: { newest: '2026-11-22 00:05:00.654321+00', horizon: null, at: '2026-11-22T03:00:01.000Z' },
      epoch: null,
      query_hash: 'abc',
      full_run_id: null,
      full_at: null,
      history: [
        {
          at: '2026-11-22T03:00:03.000Z',
          by: 'run',
          run_id: FIRST,
          watermark: '2026-11-22 00:00:00.654321+00',
          full_because: null,
        },
      ],
    });
  });

  it('is none for a table that lands whole in every run', () => {
    const whole = landedManifest({ source: 'shop', table: 'public.orders', runId: FIRST });
    expect(nextState(undefined, whole)).toBeUndefined();
  });

  it('remembers the last run that landed the whole table', () => {
    const whole = stateOf(FIRST, { kind: 'full', full_because: 'first-run' });
    expect(whole).toMatchObject({ full_run_id: FIRST, full_at: '2026-11-22T03:00:00.000Z' });
    const next = nextState(whole, manifestOf(SECOND));
    expect(next).toMatchObject({ run_id: SECOND, full_run_id: FIRST, full_at: '2026-11-22T03:00:00.000Z' });
    expect(next?.history).toHaveLength(2);
  });

  it('does not go back to an older run, nor to the same one', () => {
    const standing = stateOf(SECOND);
    expect(nextState(standing, manifestOf(FIRST))).toBeUndefined();
    expect(nextState(standing, manifestOf(SECOND))).toBeUndefined();
  });

  it('goes on with the old watermark when no row has an update key', () => {
    expect(stateOf(FIRST, { up_to: null, newest: null })).toMatchObject({
      watermark: '2026-11-21 00:00:00.123456+00',
      seen: null,
    });
  });

  it('is left alone by a run that was planned before an operator changed it', () => {
    const changed = { ...stateOf(FIRST), generation: 1, watermark: null };
    expect(nextState(changed, manifestOf(SECOND))).toBeUndefined();
    expect(nextState(changed, manifestOf(SECOND, { generation: 1 }))).toMatchObject({ run_id: SECOND, generation: 1 });
  });

  it('remembers a limited number of changes, the newest', () => {
    const change = { at: '', by: 'run', run_id: FIRST, watermark: '1', full_because: null } as const;
    const many = Array.from({ length: STATE_HISTORY_LIMIT }, () => change);
    const kept = remembered(many, { ...change, watermark: '2' });
    expect(kept).toHaveLength(STATE_HISTORY_LIMIT);
    expect(kept.at(-1)?.watermark).toBe('2');
  });
});

describe('a newer run', () => {
  it('was due later, whatever the texts of the ids', () => {
    expect(isNewerRun('20261122T030000.001Z', '20261122T030000Z')).toBe(true);
    expect(isNewerRun('20261122T030000Z', '20261122T030000.001Z')).toBe(false);
    expect(isNewerRun(FIRST, FIRST)).toBe(false);
    expect(isNewerRun(FIRST, null)).toBe(true);
    expect(isNewerRun(FIRST, undefined)).toBe(true);
  });
});
