import { describe, expect, it } from '@jest/globals';
import { KeyLocks } from '../../../../../local/s3/store/key-locks.ts';

describe('key locks', () => {
  it('let work of one key run in order and that of another in between', async () => {
    const locks = new KeyLocks();
    const seen: string[] = [];
    const { promise: otherEnded, resolve: end } = Promise.withResolvers<void>();
    const work = (name: string, until?: Promise<void>) => async () => {
      seen.push(`${name} begins`);
      await until;
      seen.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      locks.run('k', work('first', otherEnded)),
      locks.run('k', work('second')),
      locks.run('other', work('other')).finally(end),
    ]);
    expect(results).toEqual(['first', 'second', 'other']);
    expect(seen.indexOf('second begins')).toBeGreaterThan(seen.indexOf('first ends'));
    expect(seen.indexOf('other ends')).toBeLessThan(seen.indexOf('first ends'));
  });

  it('go on after work that failed', async () => {
    const locks = new KeyLocks();
    const failed = locks.run('k', () => Promise.reject(new Error('no')));
    const next = locks.run('k', async () => 'done');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
