import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanRuns } from '../../../shared/flow/clean-runs.ts';
import { hourlyRun, objectsOf } from '../../support/landed-history.ts';
import { CallFault } from '../../support/port-faults.ts';
import { configOf, NOW_MS, RunHistory, TABLE } from './run-history.ts';

type Fate = 'landed' | 'empty' | 'failed' | 'in flight' | 'unpublished';

type Step =
  | { readonly does: 'run'; readonly fate: Fate; readonly parts: number }
  | { readonly does: 'replay'; readonly pick: number; readonly parts: number }
  | { readonly does: 'clean'; readonly keepRuns: number; readonly failsAt: number; readonly when: 'before' | 'after' };

const parts = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('run' as const),
      fate: fc.constantFrom<Fate>('landed', 'landed', 'landed', 'empty', 'failed', 'in flight', 'unpublished'),
      parts,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('replay' as const), pick: fc.nat(9), parts }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('clean' as const),
      keepRuns: fc.integer({ min: 1, max: 4 }),
      failsAt: fc.nat(40),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

/** Takes the steps one by one; what must never be lost is looked for after each. */
class Story {
  readonly history = new RunHistory();
  /** Runs that have not landed and may be replayed. */
  readonly #open: string[] = [];
  readonly #untouchable = new Set<string>(['raw/backup.tar', `raw/${TABLE}/notes.txt`]);
  #runs = 0;

  constructor() {
    for (const key of this.#untouchable) this.history.objects.add(key);
  }

  async take(next: Step): Promise<void> {
    if (next.does === 'run') this.#run(next.fate, next.parts);
    else if (next.does === 'replay') this.#replay(next.pick, next.parts);
    else await this.clean(next.keepRuns, new CallFault(next.failsAt, next.when)).catch(() => undefined);
    this.#check();
  }

  async clean(keepRuns: number, fault = new CallFault(Infinity, 'before')): Promise<void> {
    const { ledger, parts: store } = this.history;
    const config = configOf({ [TABLE]: { keep_runs: keepRuns } });
    const services = { config, ledger: fault.on(ledger), parts: fault.on(store), clock: { now: () => NOW_MS } };
    await cleanRuns({ apply: true, wholeHistory: true }, services);
  }

  #run(fate: Fate, amount: number): void {
    const runId = hourlyRun(this.#runs);
    this.#runs += 1;
    this.history.runs.add(runId);
    if (fate === 'landed') this.history.land({ runId, parts: amount });
    else if (fate === 'empty') this.history.land({ runId, parts: 0 });
    else if (fate === 'unpublished') this.history.commit({ runId, parts: amount });
    else this.#open.push(runId);
    if (fate !== 'in flight') return;
    const key = `raw/${TABLE}/run_id=${runId}/part-000-00000.csv`;
    this.#untouchable.add(key);
    this.history.objects.add(key);
  }

  #replay(pick: number, amount: number): void {
    const [runId] = this.#open.splice(pick % Math.max(1, this.#open.length), 1);
    if (runId === undefined) return;
    const manifest = this.history.land({ runId, parts: amount });
    for (const key of objectsOf(manifest)) this.#untouchable.delete(key);
  }

  /** Readers find every object of what they see, and nothing is gone that no manifest names or that is newer. */
  #check(): void {
    const { objects, manifests, latest } = this.history;
    const seen = latest.get(TABLE)?.run_id ?? '';
    const newer = [...manifests.values()].filter(({ run_id: runId }) => runId >= seen).flatMap(objectsOf);
    const lost = [...this.#untouchable, ...newer].filter((key) => !objects.has(key));
    if (lost.length > 0) throw new Error(`Lost: ${lost.join(', ')}`);
  }

  /** What `keepRuns` keeps at the end: the newest of the landed runs whose removal had not begun. */
  expectedRuns(keepRuns: number): string[] {
    const { manifests, latest } = this.history;
    const seen = latest.get(TABLE)?.run_id;
    const landed = [...manifests.values()].map(({ run_id: runId }) => runId).toSorted();
    const standing = landed.filter((runId) => this.history.removalOf(runId) === undefined);
    if (seen === undefined) return standing;
    const newer = standing.filter((runId) => runId > seen);
    return [...standing.filter((runId) => runId <= seen).slice(-keepRuns), ...newer];
  }

  /** Landed runs of which some object, or for lack of any the right to it, is left. */
  leftRuns(): string[] {
    const { manifests, objects } = this.history;
    return [...manifests.values()]
      .filter((manifest) => {
        const keys = objectsOf(manifest);
        const isRemoved = this.history.removalOf(manifest.run_id) !== undefined;
        return keys.length === 0 ? !isRemoved : keys.some((key) => objects.has(key));
      })
      .map(({ run_id: runId }) => runId)
      .toSorted();
  }
}

describe('cleanRuns, whatever the history and wherever it crashes', () => {
  it('never loses what readers see, and in the end keeps exactly the newest runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, keepRuns) => {
          const story = new Story();
          for (const next of steps) await story.take(next);
          const expected = story.expectedRuns(keepRuns);
          await story.clean(keepRuns);
          const left = story.leftRuns();
          if (left.join() !== expected.join()) throw new Error(`Left ${left.join()}; expected ${expected.join()}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});
