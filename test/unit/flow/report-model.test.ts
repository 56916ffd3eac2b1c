import { describe, expect, it } from '@jest/globals';
import type { RunSummary, TableOutcome, WindowRecord } from '../../../shared/core/records.ts';
import { type RunBefore, reportModel } from '../../../shared/flow/report-model.ts';
import type { RunDetail } from '../../../shared/flow/run-detail.ts';
import {
  attempt,
  failed,
  landed,
  NIGHT,
  NIGHT_BEGAN_MS,
  NIGHT_ENDED_MS,
  REPLAY_COMMAND,
  runOf,
  summaryOf,
  superseded,
} from '../../support/report-night.ts';

function model(run: RunDetail, before: readonly RunBefore[] = []) {
  return reportModel(run, { before, directions: { replayCommand: REPLAY_COMMAND }, nowMs: NIGHT_ENDED_MS });
}

function outcome(table: string, rows: number, more: Partial<TableOutcome> = {}): TableOutcome {
  return {
    table,
    status: 'landed',
    rows,
    bytes: rows * 10,
    error_code: null,
    error_message: null,
    superseded_by: null,
    ...more,
  };
}

function nightOf(runId: string, tables: readonly TableOutcome[]): RunBefore {
  const summary: RunSummary = { version: 1, source: NIGHT.source, run_id: runId, ended_at: '', seconds: 90, tables };
  return { runId, summary };
}

const window = (kind: WindowRecord['kind'], because: WindowRecord['full_because']) =>
  ({ kind, full_because: because }) as WindowRecord;

describe('the model of a run report', () => {
  it('takes its times from the summary, or from the plan and the clock while the run goes on', () => {
    const tables = [landed({ table: 't', at: 2, seconds: 40, rows: 5 })];
    const ended = model(runOf(tables, summaryOf(tables)));
    expect([ended.endedAt, ended.seconds]).toEqual(['2026-11-22T03:00:43.000Z', 42]);
    const going = model(runOf(tables));
    expect([going.endedAt, going.seconds]).toEqual([undefined, 843]);
    expect(going.madeAt).toBe(new Date(NIGHT_ENDED_MS).toISOString());
  });

  it('has of a landed table what its manifest says', () => {
    const { tables } = model(
      runOf([landed({ table: 't', at: 2, seconds: 40, rows: 900, chunks: 2, partsOfChunk: 3 })]),
    );
    expect(tables[0]).toMatchObject({
      table: 't',
      standing: 'landed',
      rows: 900,
      files: 6,
      chunks: 2,
      seconds: 40,
      attempts: 1,
      errorCode: undefined,
      supersededBy: undefined,
      change: undefined,
      costUsd: expect.any(Number),
    });
    expect(tables[0]!.spans).toHaveLength(6);
  });

  it('draws parts, retries and the end of the tries', () => {
    const retries = [attempt('t', 10, 'DEADLOCK'), attempt('t', 40, 'SCHEMA_CHANGED', { followed_by: 'start-over' })];
    const { tables } = model(
      runOf([landed({ table: 't', at: 80, seconds: 5, rows: 9, retries }), failed('u', 10, 'DEADLOCK', 'm', 'r', 2)]),
    );
    expect(tables.map(({ spans }) => spans.map(({ kind, errorCode }) => errorCode ?? kind))).toEqual([
      ['landed', 'DEADLOCK', 'SCHEMA_CHANGED'],
      ['DEADLOCK', 'DEADLOCK'],
    ]);
    expect(tables[1]!.spans.map(({ kind }) => kind)).toEqual(['retried', 'failed']);
    expect(tables[0]!.spans[1]).toMatchObject({ startMs: NIGHT_BEGAN_MS + 10_000, endMs: NIGHT_BEGAN_MS + 31_000 });
  });

  it('draws the work that goes on behind the last attempt that failed', () => {
    const table = landed({ table: 't', at: 8, seconds: 1, rows: 9, retries: [attempt('t', 10, 'DEADLOCK')] });
    const reading = { ...table, standing: 'reading' as const, manifest: undefined, endedAt: undefined };
    const { tables } = model(runOf([reading]));
    const open = tables[0]!.spans.find(({ kind }) => kind === 'open');
    expect(open).toMatchObject({ startMs: NIGHT_BEGAN_MS + 31_000, endMs: NIGHT_ENDED_MS });
  });

  it('groups failures by cause, the most frequent one first, and leaves out what landed at last', () => {
    const replayed = {
      ...landed({ table: 'r', at: 2, seconds: 1, rows: 1 }),
      failure: failed('r', 1, 'X', '', '').failure,
    };
    const { causes } = model(
      runOf([
        failed('a', 1, 'TABLE_NOT_FOUND', 'no a', 'Name it.'),
        failed('b', 1, 'CONNECTION_LOST', 'lost', 'See to it.'),
        failed("c'd", 1, 'CONNECTION_LOST', 'lost', 'See to it.'),
        superseded('e', '20261122T021500Z'),
        replayed,
      ]),
    );
    expect(causes.map(({ errorCode, tables }) => [errorCode, tables.map(({ table }) => table)])).toEqual([
      ['CONNECTION_LOST', ['b', "c'd"]],
      ['TABLE_NOT_FOUND', ['a']],
    ]);
    expect(causes[0]).toMatchObject({
      remedies: ['See to it.'],
      likelyCause: 'The database restarted, failed over or closed the connection.',
      replayCommand: 'npx landfall replay --source erp --run 20261122T030000Z --error CONNECTION_LOST',
    });
  });

  it('compares rows with the runs in which the table landed', () => {
    const history = [
      nightOf('1', [outcome('t', 4_000)]),
      nightOf('2', [outcome('t', 0, { status: 'failed', error_code: 'DEADLOCK' })]),
      nightOf('3', [outcome('other', 7)]),
      { runId: '4', summary: undefined },
      nightOf('5', [outcome('t', 4_400)]),
    ];
    const { tables, earlierRuns } = model(runOf([landed({ table: 't', at: 1, seconds: 1, rows: 9_999 })]), history);
    expect(tables[0]!.earlierRows).toEqual([4_000, null, null, null, 4_400]);
    expect(tables[0]!.change).toEqual({ medianRows: 4_200, verdict: 'jump' });
    expect(earlierRuns.map(({ runId, landed: ok, failed: bad, rows }) => [runId, ok, bad, rows])).toEqual([
      ['1', 1, 0, 4_000],
      ['2', 0, 1, 0],
      ['3', 1, 0, 7],
      ['4', undefined, undefined, undefined],
      ['5', 1, 0, 4_400],
    ]);
  });

  it('compares changes with changes, and whole landings with whole landings', () => {
    const history = [
      nightOf('1', [outcome('t', 80_000, { full_because: 'first-run' })]),
      nightOf('2', [outcome('t', 12)]),
      nightOf('3', [outcome('t', 14)]),
    ];
    const changes = landed({ table: 't', at: 1, seconds: 1, rows: 13, window: window('changes', null) });
    const whole = landed({ table: 't', at: 1, seconds: 1, rows: 82_000, window: window('full', 'scheduled') });
    expect(model(runOf([changes]), history).tables[0]!.change).toEqual({ medianRows: 13, verdict: 'usual' });
    const { tables } = model(runOf([whole]), history);
    expect(tables[0]).toMatchObject({ fullBecause: 'scheduled', change: { medianRows: 80_000, verdict: 'usual' } });
  });

  it('sums the costs of a run that noted any', () => {
    const history = [
      nightOf('1', [outcome('t', 1, { cost_usd: 0.25 }), outcome('u', 1, { cost_usd: 0.5 })]),
      nightOf('2', [outcome('t', 1)]),
    ];
    expect(model(runOf([]), history).earlierRuns.map(({ costUsd }) => costUsd)).toEqual([0.75, undefined]);
  });
});
