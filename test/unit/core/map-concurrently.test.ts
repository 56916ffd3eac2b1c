import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { mapConcurrently } from '../../../shared/core/map-concurrently.ts';

it.each([
  [0, 3],
  [1, 3],
  [7, 1],
  [7, 3],
  [7, 100],
])('maps %i items in their order, %i at a time at most', async (count, limit) => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: count }, (_, index) => index);
  const results = await mapConcurrently(items, limit, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let wait = 0; wait <= (item * 5) % 7; wait++) await setImmediate();
    running -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(Math.min(count, limit));
});

it('rejects with the first failure and begins nothing more', async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await setImmediate();
    if (item === 1) throw new Error('no');
  };
  await expect(mapConcurrently([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no');
  await setImmediate();
  expect(begun.length).toBeLessThan(5);
});
