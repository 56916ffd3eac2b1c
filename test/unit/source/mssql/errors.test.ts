import { describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../../shared/core/errors.ts';
import { asSourceError } from '../../../../shared/source/mssql/errors.ts';
import { serverErrors } from '../../../../shared/source/mssql/server-errors.ts';
import { serverError, wrapped } from './server-error.ts';

describe('errors of the server', () => {
  it('keep number, state, class and text, however deep Sequelize wrapped them', () => {
    const original = serverError(1205, { message: 'Rerun the\r\ntransaction.', state: 51, class: 13 });
    for (const thrown of [original, wrapped(original), wrapped(wrapped(original))]) {
      const error = asSourceError(thrown, 'reading dbo.orders');
      expect(error).toMatchObject({
        code: 'DEADLOCK',
        retry: 'transient',
        message: 'Failed reading dbo.orders: Rerun the transaction (SQL Server error 1205, state 51, class 13).',
        cause: original,
      });
      expect(serverErrors(error)).toEqual([{ number: 1205, state: 51, class: 13, text: 'Rerun the transaction.' }]);
    }
  });

  it('of a refused login bear what the connection kept of it', () => {
    const refused = serverError(18456, { code: 'ELOGIN', state: 1, class: 14, message: "Login failed for user 'u'." });
    expect(asSourceError(wrapped(refused), 'x')).toMatchObject({ code: 'LOGIN_REFUSED', retry: 'permanent' });
  });
});

describe('several errors of the server at once', () => {
  const aggregate = (...errors: Error[]): Error => wrapped(new AggregateError(errors));

  it.each([
    [[208, 16], [1205, 13], 'DEADLOCK'],
    [[1205, 13], [3621, 0], 'DEADLOCK'],
    [[8134, 16], [3621, 16], 'VALUE_INVALID'],
    [[3621, 16], [8134, 16], 'VALUE_INVALID'],
    [[207, 16], [229, 14], 'COLUMN_NOT_FOUND'],
    [[229, 14], [207, 16], 'COLUMN_NOT_FOUND'],
    [[208, 16], [207, 16], 'TABLE_NOT_FOUND'],
    [[102, 15], [8180, 16], 'SYNTAX_ERROR'],
    [[596, 21], [0, 20], 'CONNECTION_LOST'],
    [[4060, 11], [18456, 14], 'DATABASE_NOT_FOUND'],
    [[18470, 14], [18456, 14], 'LOGIN_DISABLED'],
    [[50_000, 16], [50_001, 18], 'SERVER_ERROR'],
    [[3621, 0], [3621, 0], 'QUERY_FAILED'],
  ])('%j and %j are led by %s', ([first, firstClass], [second, secondClass], code) => {
    const error = aggregate(serverError(first!, { class: firstClass }), serverError(second!, { class: secondClass }));
    expect(asSourceError(error, 'x')).toMatchObject({ code });
  });

  it('keep all their texts, each once, the decisive one first', () => {
    const ended = serverError(3621, { message: 'The statement has been terminated.', class: 0, state: 0 });
    const locked = serverError(1222, { message: 'Lock request time out period exceeded.', state: 45 });
    expect(asSourceError(aggregate(ended, locked, ended), 'reading a.b').message).toBe(
      'Failed reading a.b: Lock request time out period exceeded (SQL Server error 1222, state 45, class 16); ' +
        'The statement has been terminated (SQL Server error 3621, state 0, class 0).',
    );
  });

  it('are shortened when there are very many', () => {
    const many = Array.from({ length: 40 }, (_, i) => serverError(50_000, { message: `no ${i}` }));
    const { message } = asSourceError(aggregate(...many), 'x');
    expect(message).toMatch(/^Failed x: no 0 \(SQL Server error 50000, state 7, class 16\); no 1 /);
    expect(message).toMatch(/; no 4 \([^)]+\); and 35 more\.$/);
  });
});

describe('errors of our own', () => {
  it('pass as they are', () => {
    const typed = new SourceError('VALUE_TOO_LARGE', 'x', { retry: 'permanent' });
    expect(asSourceError(typed, 'y')).toBe(typed);
  });
});
