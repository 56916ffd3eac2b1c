import { describe, expect, it } from '@jest/globals';
import { Calls } from './world/calls.ts';
import { Chance } from './world/chance.ts';
import { EventLoop } from './world/event-loop.ts';
import { type FaultKind, FaultPlan } from './world/faults.ts';
import { Life } from './world/life.ts';
import { Trace } from './world/trace.ts';

const SITE = { service: 's3', operation: 'PutObject', key: 'a', conditional: true } as const;
const VISIBILITY_MS = 1_000_000;

function rig(fault?: FaultKind) {
  const loop = new EventLoop(0);
  const faults = new FaultPlan(fault === undefined ? [] : [{ kind: fault, nth: 0 }]);
  const trace = new Trace(() => loop.nowMs);
  const calls = new Calls({ loop, chance: new Chance(1, 'test'), faults, trace, visibilityMs: VISIBILITY_MS });
  const life = new Life('w1', loop);
  const seen = { effects: 0, answers: 0 };
  const call = (signal?: AbortSignal) =>
    void calls
      .make(life, {
        site: SITE,
        signal,
        effect: () => {
          seen.effects += 1;
        },
      })
      .then(
        () => {
          seen.answers += 1;
        },
        () => undefined,
      );
  return { loop, life, seen, call, trace, faults };
}

describe('the event loop', () => {
  it('takes events by time, and in the order of planning at one time', async () => {
    const loop = new EventLoop(0);
    const taken: string[] = [];
    for (const [name, timeMs] of Object.entries({ late: 9, first: 5, second: 5, early: 1 })) {
      loop.at(timeMs, () => taken.push(`${name} at ${loop.nowMs}`) > 0);
    }
    expect(await loop.run(10)).toBe(true);
    expect(taken).toEqual(['early at 1', 'first at 5', 'second at 5', 'late at 9']);
  });

  it('lets woken code come to rest before the next event', async () => {
    const loop = new EventLoop(0);
    const taken: string[] = [];
    const slow = async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      taken.push('woken');
    };
    loop.at(1, () => {
      void slow();
      return true;
    });
    loop.at(2, () => taken.push('next') > 0);
    await loop.run(10);
    expect(taken).toEqual(['woken', 'next']);
  });

  it('says when events go on for ever', async () => {
    const loop = new EventLoop(0);
    const again = () => {
      loop.after(1, again);
      return false;
    };
    again();
    expect(await loop.run(100)).toBe(false);
  });
});

describe('a call', () => {
  it('has its effect and its answer', async () => {
    const { loop, seen, call } = rig();
    call();
    await loop.run(10);
    expect(seen).toEqual({ effects: 1, answers: 1 });
  });

  it.each([
    ['crash-before', { effects: 0, answers: 0 }],
    ['crash-after', { effects: 1, answers: 0 }],
  ] as const)('under %s', async (fault, expected) => {
    const { loop, seen, call, life } = rig(fault);
    call();
    await loop.run(10);
    expect(seen).toEqual(expected);
    expect(life.ended).toBe(true);
    call();
    await loop.run(10);
    expect(seen).toEqual(expected);
  });

  it('reaches a frozen program when it has thawed', async () => {
    const { loop, seen, call } = rig('freeze');
    call();
    await loop.run(10);
    expect(seen).toEqual({ effects: 1, answers: 1 });
    expect(loop.nowMs).toBeGreaterThan(VISIBILITY_MS / 4);
  });

  it('is interrupted without an answer, its effect on its way all the same', async () => {
    const { loop, seen, call } = rig();
    const controller = new AbortController();
    call(controller.signal);
    controller.abort();
    await loop.run(10);
    expect(seen).toEqual({ effects: 1, answers: 0 });
  });
});

describe('the plan of faults', () => {
  it('strikes the call that is due, once, and nothing when it is over', () => {
    const faults = new FaultPlan([
      { kind: 's3-denied', nth: 1 },
      { kind: 's3-denied', nth: 2 },
    ]);
    const elsewhere = { service: 'sqs', operation: 'SendMessage', key: 'q' } as const;
    expect([SITE, elsewhere, SITE].map((site) => faults.strike(site))).toEqual([undefined, undefined, 's3-denied']);
    faults.end();
    expect(faults.strike(SITE)).toBeUndefined();
    expect(faults.struck.get('s3-denied')).toBe(1);
  });
});
