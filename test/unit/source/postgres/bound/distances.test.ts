import { describe, expect, it } from '@jest/globals';
import { heldLag, lessDistance } from '../../../../../shared/source/postgres/bound/distances.ts';
import { expectPrimary } from '../../../../../shared/source/postgres/bound/settled-bound.ts';
import type { UpdateKeyRows } from '../../../../../shared/source/postgres/bound/update-key-rows.ts';
import type { UpdateKey, UpdateKeyKind } from '../../../../../shared/source/postgres/update-key.ts';

function rowsOf(kind: UpdateKeyKind, typeOid = 0): UpdateKeyRows {
  const key: UpdateKey = { name: 'u', position: 0, typeOid, type: kind, operatorSchema: 'pg_catalog', kind };
  return { table: 'shop.orders', key, from: 'F', column: 't.c1' };
}

describe('the lag that holds', () => {
  it.each<[UpdateKeyKind, unknown]>([
    ['date', { ms: 300_000 }],
    ['timestamp', { ms: 300_000 }],
    ['timestamptz', { ms: 300_000 }],
    ['integer', { values: 0 }],
    ['numeric', { values: 0 }],
    ['ordered', undefined],
  ])('of %s is its own without one', (kind, lag) => {
    expect(heldLag(rowsOf(kind), undefined)).toEqual(lag);
  });
});

describe('a term less a distance', () => {
  it('has every digit of a big number', () => {
    const { key } = rowsOf('numeric');
    expect(lessDistance('x', key, { values: Number.MAX_SAFE_INTEGER })).toBe('x::numeric - 9007199254740991');
    expect(lessDistance('x', key, { values: 1e15 })).toBe('x::numeric - 1000000000000000');
  });

  it('does not go below the least integer', () => {
    expect(lessDistance('x', rowsOf('integer', 23).key, { values: 5 })).toBe(
      'CASE WHEN x::numeric - 5 >= -2147483648 THEN (x::numeric - 5)::integer END',
    );
  });
});

describe('a standby', () => {
  it('is refused, as it does not know who holds a lesser value', () => {
    expect(() => expectPrimary(rowsOf('integer'), false)).not.toThrow();
    expect(() => expectPrimary(rowsOf('integer'), true)).toThrow(
      'The update key "u" (integer) of shop.orders is read from a standby with `lag: snapshot`, but only the primary',
    );
  });
});
