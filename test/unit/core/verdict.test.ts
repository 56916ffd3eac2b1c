import { describe, expect, it } from '@jest/globals';
import {
  ConfigError,
  ConsistencyError,
  DeadlineError,
  type LandfallError,
  LandingError,
  MessageError,
  QueueError,
  SourceError,
  UnexpectedError,
} from '../../../shared/core/errors.ts';
import { type RetryPolicy, verdictOn } from '../../../shared/core/verdict.ts';

const policy: RetryPolicy = { maxAttempts: 4, backoff: { baseMs: 1_000, maxMs: 3_000 } };

function actions(error: LandfallError, given: RetryPolicy = policy): string {
  return [1, 2, 3, 4, 5].map((attempt) => verdictOn(error, attempt, given, () => 0).action[0]).join('');
}

describe('the verdict on a failed attempt', () => {
  it.each<[string, LandfallError, string]>([
    ['a wrong configuration', new ConfigError('C', 'm'), 'ddddd'],
    ['a message that is not ours', new MessageError('C', 'm'), 'ddddd'],
    ['a source that failed', new SourceError('C', 'm'), 'rrrdd'],
    ['a source that refused for good', new SourceError('C', 'm', { retry: 'permanent' }), 'ddddd'],
    ['a landing that failed', new LandingError('C', 'm'), 'rrrdd'],
    ['a landing that was denied', new LandingError('C', 'm', { retry: 'permanent' }), 'ddddd'],
    ['a queue that failed', new QueueError('C', 'm'), 'rrrdd'],
    ['things that do not agree', new ConsistencyError('C', 'm'), 'rdddd'],
    ['the deadline', new DeadlineError('C', 'm'), 'rrrdd'],
    ['something nobody foresaw', new UnexpectedError(new Error('m')), 'rrrdd'],
  ])('for %s', (_what, error, expected) => {
    expect(actions(error)).toBe(expected);
  });

  it('never outlasts the queue itself', () => {
    const single = { ...policy, maxAttempts: 1 };
    expect(actions(new ConsistencyError('C', 'm'), single)).toBe('ddddd');
    expect(actions(new SourceError('C', 'm'), single)).toBe('ddddd');
  });

  it('waits longer each time, within the limits', () => {
    const error = new SourceError('C', 'm');
    const delays = [1, 2, 3].map((attempt) => verdictOn(error, attempt, policy, () => 0.5));
    expect(delays).toEqual([
      { action: 'retry', delayMs: 750 },
      { action: 'retry', delayMs: 1_500 },
      { action: 'retry', delayMs: 2_250 },
    ]);
  });
});
