import { describe, expect, it } from '@jest/globals';
import { logWith } from '../../../shared/lambda/logger.ts';
import { notedLogger } from './lambda-rig.ts';

describe('a log with keys', () => {
  it('writes them on every line, at every level, one JSON document a line', () => {
    const noted = notedLogger();
    const log = logWith(noted.logger, { run_id: 'r', table: 't' });
    log.info('one', { rows: 5 });
    log.warn('two\nlines');
    log.error('three', { error_code: 'X' });
    const keys = { run_id: 'r', table: 't', service: 'landfall' };
    expect(noted.lines()).toMatchObject([
      { ...keys, level: 'INFO', message: 'one', rows: 5 },
      { ...keys, level: 'WARN', message: 'two\nlines' },
      { ...keys, level: 'ERROR', message: 'three', error_code: 'X' },
    ]);
    expect(noted.text().trimEnd().split('\n')).toHaveLength(3);
  });

  it('shares no keys with another log of the same logger', () => {
    const noted = notedLogger();
    const one = logWith(noted.logger, { table: 'one' });
    const two = logWith(noted.logger, { table: 'two' });
    one.info('a', { rows: 1 });
    two.info('b');
    one.info('c');
    expect(noted.lines().map(({ table, rows }) => [table, rows])).toEqual([
      ['one', 1],
      ['two', undefined],
      ['one', undefined],
    ]);
  });

  it('writes a bigint', () => {
    const noted = notedLogger();
    logWith(noted.logger, {}).info('big', { rows: 12n });
    expect(noted.lines()).toMatchObject([{ rows: '12' }]);
  });
});
