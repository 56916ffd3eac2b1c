import { describe, expect, it } from '@jest/globals';
import type { UpdateKey } from '../../../../shared/source/postgres/update-key.ts';
import { windowCondition, windowSettings } from '../../../../shared/source/postgres/update-window.ts';
import type { UpdateKeyWindow } from '../../../../shared/source/source.ts';

const MOVED: UpdateKey = {
  name: 'moved',
  position: 2,
  typeOid: 1184,
  type: 'timestamp with time zone',
  operatorSchema: 'pg_catalog',
  kind: 'timestamptz',
};
const XMIN: UpdateKey = { ...MOVED, name: 'xmin', typeOid: 28, type: 'xid8', kind: 'xmin' };
const window = (after: string | null, upTo: string | null, nulls = false): UpdateKeyWindow => ({
  by: 'update-key',
  column: 'moved',
  after,
  upTo,
  nulls,
});

const AFTER = "t.c3 OPERATOR(pg_catalog.>) current_setting('landfall.after')::timestamp with time zone";
const UP_TO = "t.c3 OPERATOR(pg_catalog.<=) current_setting('landfall.up_to')::timestamp with time zone";

describe('the condition of a window', () => {
  it('compares with settings, and has no value in it', () => {
    expect(windowCondition(MOVED, window('a', 'b'))).toBe(`${AFTER} AND ${UP_TO}`);
    expect(windowCondition(MOVED, window(null, 'b'))).toBe(UP_TO);
    expect(windowCondition(MOVED, window('a', 'b', true))).toBe(`(${AFTER} AND ${UP_TO} OR t.c3 IS NULL)`);
  });

  it('has no row with an update key when there is no bound', () => {
    expect(windowCondition(MOVED, window('a', null))).toBe('false');
    expect(windowCondition(MOVED, window(null, null, true))).toBe('t.c3 IS NULL');
  });

  it('counts transactions in a circle, and has all rows from the first one on', () => {
    const [after, upTo] = ['after', 'up_to'].map((name) => `(SELECT current_setting('landfall.${name}')::int8)`);
    const distance = `((t.c3::text::int8 - ${after} - 1) & 4294967295)`;
    const condition = `(${upTo} - ${after} >= 2147483648 OR ${distance} < ${upTo} - ${after})`;
    expect(windowCondition(XMIN, window('5', '9'))).toBe(condition);
    expect(windowCondition(XMIN, window('5', '9', true))).toBe(condition);
    expect(windowCondition(XMIN, window(null, '9', true))).toBe('');
    expect(windowCondition(XMIN, window('5', null))).toBe('false');
  });

  it('reads what is set', () => {
    expect(windowSettings(undefined)).toEqual(new Map());
    expect(windowSettings(window(null, '9'))).toEqual(new Map([['landfall.up_to', '9']]));
    expect(windowSettings(window('', '9')).get('landfall.after')).toBe('');
  });
});
