import { describe, expect, it } from '@jest/globals';
import { attempt, within } from '../../../shared/source/waiting.ts';

const never = new Promise<never>(() => {});
const late = (): Error => new Error('late');

describe('within', () => {
  it('gives the outcome of what ends in time', async () => {
    await expect(within(Promise.resolve(7), 1_000, late)).resolves.toBe(7);
    await expect(within(Promise.reject(new Error('no')), 1_000, late)).rejects.toThrow('no');
  });

  it('gives up after the time-out', async () => {
    await expect(within(never, 10, late)).rejects.toThrow('late');
  });

  it('gives up when the signal aborts, before or meanwhile', async () => {
    const abort = new AbortController();
    const waiting = within(never, 60_000, late, abort.signal);
    abort.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(within(Promise.resolve(1), 1_000, late, abort.signal)).rejects.toThrow('stop');
  });

  it('drops what fails after the time-out', async () => {
    const failing = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('unheard')), 20));
    await expect(within(failing, 5, late)).rejects.toThrow('late');
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
});

it('attempt tells how it ended and never throws', async () => {
  const outcomes = [attempt(Promise.resolve(), 50), attempt(Promise.reject(new Error('no')), 50), attempt(never, 10)];
  expect(await Promise.all(outcomes)).toEqual([true, false, false]);
});
