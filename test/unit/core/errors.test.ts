import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asLandfallError,
  ConfigError,
  ConsistencyError,
  DeadlineError,
  errorText,
  LandfallError,
  LandingError,
  MessageError,
  QueueError,
  SourceError,
  UnexpectedError,
} from '../../../shared/core/errors.ts';

describe('the error family', () => {
  it.each([
    [ConfigError, 'ConfigError', 'permanent'],
    [MessageError, 'MessageError', 'permanent'],
    [SourceError, 'SourceError', 'transient'],
    [LandingError, 'LandingError', 'transient'],
    [QueueError, 'QueueError', 'transient'],
    [ConsistencyError, 'ConsistencyError', 'once'],
    [DeadlineError, 'DeadlineError', 'continue'],
  ] as const)('%# has a name and a verdict of its own', (Kind, name, retry) => {
    const cause = new Error('below');
    const error = new Kind('SOME_CODE', 'What was found.', { cause, remedy: 'Do this.' });
    expect(error).toBeInstanceOf(LandfallError);
    expect(error).toMatchObject({
      name,
      retry,
      code: 'SOME_CODE',
      message: 'What was found.',
      remedy: 'Do this.',
      cause,
    });
    expect(new Kind('C', 'm', { retry: 'permanent' }).retry).toBe('permanent');
    expect(new Kind('C', 'm')).not.toHaveProperty('cause');
    expect(new Kind('C', 'm').remedy).toBeUndefined();
  });

  it('passes typed errors and wraps everything else', () => {
    const typed = new SourceError('C', 'm');
    expect(asLandfallError(typed)).toBe(typed);
    const thrown = new TypeError('x is not a function');
    const wrapped = asLandfallError(thrown);
    expect(wrapped).toBeInstanceOf(UnexpectedError);
    expect(wrapped).toMatchObject({ code: 'UNEXPECTED', retry: 'transient', cause: thrown });
    expect(wrapped.message).toBe('Unexpected failure: x is not a function');
  });
});

describe('errorText', () => {
  it.each<[unknown, string]>([
    [new Error('plain'), 'plain'],
    [new Error(''), 'Error'],
    [new TypeError('  two\n   lines \n'), 'two lines'],
    [new Error('carriage\rreturn'), 'carriage return'],
    [new Error('a\r\nb\u2028c\u2029d\u0085e\vf\fg'), 'a b c d e f g'],
    ['text', 'text'],
    ['', 'no message'],
    [' \n ', 'no message'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7n, '7'],
    [Symbol('s'), 'Symbol(s)'],
    [new AggregateError([new Error('v6 refused'), new Error('v4 refused')]), 'v6 refused; v4 refused'],
    [new AggregateError([new AggregateError([new Error('deep')])]), 'deep'],
    [new AggregateError([new Error('below')], 'above'), 'above'],
    [new AggregateError([]), 'AggregateError'],
    [Object.create(null), 'no message'],
    [Object.assign(new Error('x'), { message: { not: 'text' } }), '[object Object]'],
  ])('%# is one line', (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  it('is one line and not empty for anything that can be thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string({ unit: 'binary' }).map((text) => new Error(text)),
        ),
        (thrown) => {
          expect(errorText(thrown)).toMatch(/^[^\r\n\u2028\u2029]+$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});
