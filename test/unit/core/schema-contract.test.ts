import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LandedColumn, SchemaHistory, WindowRecord } from '../../../shared/core/records.ts';
import {
  assertSchemaContract,
  mergeColumns,
  nextSchema,
  SCHEMA_HISTORY_LIMIT,
} from '../../../shared/core/schema-contract.ts';
import { widerType } from '../../../shared/core/wider-type.ts';

const column = (name: string, source_type: string, landed_type: string): LandedColumn => ({
  name,
  source_type,
  landed_type,
});
const id = column('id', 'integer', 'Int32');
const bigId = column('id', 'bigint', 'Int64');
const textId = column('id', 'text', 'Utf8');
const name = column('name', 'varchar(20)', 'Utf8');
const price = column('price', 'numeric(10,2)', 'Decimal[10e+2]');

const [FIRST, SECOND, THIRD] = ['20261121T030000Z', '20261122T030000Z', '20261123T030000Z'] as const;
const AT = '2026-11-22T03:00:03.000Z';
const landed = (run_id: string, columns: readonly LandedColumn[]) => ({
  source: 'shop',
  table: 'public.orders',
  run_id,
  at: AT,
  columns,
});
/** The schema after runs with these columns, from the first on. */
const historyOf = (...runs: (readonly LandedColumn[])[]): SchemaHistory =>
  runs.reduce<SchemaHistory | undefined>(
    (standing, columns, index) => nextSchema(standing, landed(`2026110${index + 1}T030000Z`, columns)) ?? standing,
    undefined,
  )!;

describe('merged columns', () => {
  it('keep dropped columns, put new ones behind, widen types and have the newest type of the source', () => {
    const wider = column('name', 'varchar(50)', 'Utf8');
    expect(mergeColumns([id, name], [price, wider, bigId])).toEqual({ columns: [bigId, wider, price], conflicts: [] });
    expect(mergeColumns([id, name], [])).toEqual({ columns: [id, name], conflicts: [] });
    expect(mergeColumns([], [id])).toEqual({ columns: [id], conflicts: [] });
  });

  it('never become narrower', () => {
    expect(mergeColumns([bigId], [id]).columns).toEqual([column('id', 'integer', 'Int64')]);
  });

  it('have the new type where none holds old and new values, and say so', () => {
    expect(mergeColumns([id, price], [column('price', 'float8', 'Float64'), textId])).toEqual({
      columns: [textId, column('price', 'float8', 'Float64')],
      conflicts: [
        'column "id" was integer (Int32) and is text (Utf8)',
        'column "price" was numeric(10,2) (Decimal[10e+2]) and is float8 (Float64)',
      ],
    });
  });

  it('tell names apart by every character', () => {
    const names = ['id', 'ID', 'id ', '__proto__', 'constructor', 'größe'].map((each) => column(each, 'text', 'Utf8'));
    expect(mergeColumns([id], names)).toEqual({
      columns: names,
      conflicts: ['column "id" was integer (Int32) and is text (Utf8)'],
    });
  });
});

describe('merging', () => {
  const wholeOrDecimal = fc.oneof(
    fc.constantFrom('Int8', 'Int16', 'Int32', 'Int64'),
    fc
      .tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: 1, max: 18 }))
      .map(([scale, whole]) => `Decimal[${whole + scale}e${scale > 0 ? '+' : ''}${scale}]`),
  );
  const moment = fc
    .tuple(fc.constantFrom('SECOND', 'MILLISECOND', 'MICROSECOND'))
    .map(([unit]) => `Timestamp<${unit}, UTC>`);
  /** Each name has types of one family, so that nothing is in conflict. */
  const families = {
    whole: wholeOrDecimal,
    moment,
    text: fc.constant('Utf8'),
    real: fc.constantFrom('Float32', 'Float64'),
  };
  const columns = fc
    .tuple(fc.subarray(Object.keys(families)), fc.record(families) as fc.Arbitrary<Record<string, string>>)
    .map(([names, types]) => names.map((each) => column(each, `source of ${types[each]}`, types[each]!)));
  const typesOf = (merged: readonly LandedColumn[]) =>
    merged.map((each) => `${each.name} ${each.landed_type}`).toSorted();

  it('says nothing new when it is done again', () => {
    fc.assert(
      fc.property(columns, columns, (standing, found) => {
        const once = mergeColumns(standing, found);
        expect(once.conflicts).toEqual([]);
        expect(mergeColumns(once.columns, found)).toEqual(once);
        expect(mergeColumns(once.columns, once.columns)).toEqual(once);
      }),
    );
  });

  it('ends with the same names and types whichever run comes first', () => {
    fc.assert(
      fc.property(columns, columns, columns, (a, b, c) => {
        const merge = (...schemas: (readonly LandedColumn[])[]) =>
          typesOf(schemas.reduce((standing, found) => mergeColumns(standing, found).columns));
        expect(merge(c, a, b)).toEqual(merge(a, b, c));
        expect(merge(b, a, c)).toEqual(merge(a, b, c));
        expect(merge(c, b, a)).toEqual(merge(a, b, c));
      }),
    );
  });

  it('leaves no column out and makes none narrower', () => {
    fc.assert(
      fc.property(columns, columns, (standing, found) => {
        const merged = mergeColumns(standing, found).columns;
        expect(merged.slice(0, standing.length).map((each) => each.name)).toEqual(standing.map((each) => each.name));
        for (const before of [...standing, ...found]) {
          const now = merged.find((each) => each.name === before.name)!.landed_type;
          expect(widerType(before.landed_type, now)).toBe(now);
        }
      }),
    );
  });
});

describe('the contract', () => {
  const check =
    (contract: 'evolve' | 'freeze', history: SchemaHistory | undefined, found: readonly LandedColumn[]) => () =>
      assertSchemaContract('public.orders', contract, history, found);

  it.each(['evolve', 'freeze'] as const)(
    'to %s has nothing to say to the first run, the same columns, and a reset',
    (contract) => {
      expect(check(contract, undefined, [id])).not.toThrow();
      expect(check(contract, historyOf([id, name]), [id, name])).not.toThrow();
      expect(check(contract, { ...historyOf([id, name]), restarts: true }, [textId])).not.toThrow();
    },
  );

  it('to evolve allows new, dropped and wider columns, and a type that becomes narrower', () => {
    expect(check('evolve', historyOf([id, name]), [bigId, price])).not.toThrow();
    expect(check('evolve', historyOf([bigId]), [id])).not.toThrow();
  });

  it('to evolve refuses types that no type holds both of, naming column, old and new type', () => {
    expect(check('evolve', historyOf([id, name]), [textId])).toThrow(
      expect.objectContaining({
        name: 'ConsistencyError',
        code: 'SCHEMA_INCOMPATIBLE',
        retry: 'permanent',
        message:
          'No type holds both what has landed of public.orders and what it has now: ' +
          'column "id" was integer (Int32) and is text (Utf8).',
        remedy: expect.stringContaining('landfall state reset --table public.orders'),
      }),
    );
  });

  it('to evolve remembers the types of dropped columns', () => {
    expect(check('evolve', historyOf([id, name], [name]), [textId, name])).toThrow(/column "id" was integer \(Int32\)/);
  });

  it.each([
    [[id], 'column "name" was dropped'],
    [[id, name, price], 'column "price" was added'],
    [[bigId, name], 'column "id" was integer (Int32) and is bigint (Int64)'],
    [[name, id], 'column "name" moved to another place'],
  ])('to freeze refuses any change', (found, change) => {
    expect(check('freeze', historyOf([id, name]), found)).toThrow(
      expect.objectContaining({
        name: 'ConsistencyError',
        code: 'SCHEMA_FROZEN',
        retry: 'permanent',
        message: `The schema of public.orders changed since run 20261101T030000Z, and its contract is to freeze: ${change}.`,
        remedy: expect.stringMatching(/schema_contract: evolve.*landfall state reset --table public\.orders/),
      }),
    );
  });

  it('to freeze goes by the newest columns, not by those that were dropped before', () => {
    const history = historyOf([id, name], [id]);
    expect(check('freeze', history, [id])).not.toThrow();
    expect(check('freeze', history, [id, name])).toThrow('column "name" was added');
  });
});

describe('the schema after a run', () => {
  it('begins with its columns', () => {
    expect(nextSchema(undefined, landed(FIRST, [id]))).toEqual({
      version: 1,
      source: 'shop',
      table: 'public.orders',
      run_id: FIRST,
      columns: [id],
      restarts: false,
      history: [{ run_id: FIRST, at: AT, columns: [id], change: null }],
    });
  });

  it('has the merged columns, and a version with the columns of the run and what changed', () => {
    const first = nextSchema(undefined, landed(FIRST, [id, name]))!;
    const second = nextSchema(first, landed(SECOND, [bigId]))!;
    expect(second).toEqual({
      ...first,
      run_id: SECOND,
      columns: [bigId, name],
      history: [
        first.history[0],
        {
          run_id: SECOND,
          at: AT,
          columns: [bigId],
          change: 'column "name" was dropped; column "id" was integer (Int32) and is bigint (Int64)',
        },
      ],
    });
    expect(nextSchema(second, landed(THIRD, [id, name]))).toMatchObject({
      columns: [column('id', 'integer', 'Int64'), name],
      history: [{}, {}, { run_id: THIRD, change: expect.stringContaining('column "name" was added') }],
    });
  });

  it('stays when nothing changed, also after a column was dropped', () => {
    expect(nextSchema(historyOf([id, name]), landed(THIRD, [id, name]))).toBeUndefined();
    expect(nextSchema(historyOf([id, name], [id]), landed(THIRD, [id]))).toBeUndefined();
  });

  it('moves forward only, by run', () => {
    const standing = nextSchema(undefined, landed(SECOND, [id]))!;
    expect(nextSchema(standing, landed(SECOND, [bigId]))).toBeUndefined();
    expect(nextSchema(standing, landed(FIRST, [bigId]))).toBeUndefined();
    expect(nextSchema({ ...standing, restarts: true }, landed(SECOND, [textId]))).toBeUndefined();
  });

  it('begins anew after a reset, and remembers what was before', () => {
    const standing = { ...nextSchema(undefined, landed(FIRST, [id, name]))!, restarts: true };
    expect(nextSchema(standing, landed(SECOND, [textId]))).toEqual({
      ...standing,
      run_id: SECOND,
      columns: [textId],
      restarts: false,
      history: [...standing.history, { run_id: SECOND, at: AT, columns: [textId], change: null }],
    });
    expect(nextSchema(standing, landed(SECOND, [id, name]))).toMatchObject({ restarts: false, columns: [id, name] });
  });

  it('does not begin anew at a run of changes, behind which parts with the old columns stand', () => {
    const standing = { ...nextSchema(undefined, landed(FIRST, [id, name]))!, restarts: true };
    const changes = { ...landed(SECOND, [bigId]), window: { kind: 'changes' } as WindowRecord };
    expect(nextSchema(standing, changes)).toMatchObject({ restarts: true, columns: [bigId, name] });
    const whole = { ...landed(SECOND, [bigId]), window: { kind: 'full' } as WindowRecord };
    expect(nextSchema(standing, whole)).toMatchObject({ restarts: false, columns: [bigId] });
  });

  it('has the type that a run landed although no type holds the old values too', () => {
    expect(nextSchema(historyOf([id]), landed(SECOND, [textId]))).toMatchObject({ columns: [textId] });
  });

  it(`remembers ${SCHEMA_HISTORY_LIMIT} versions, the newest last`, () => {
    let standing: SchemaHistory | undefined;
    for (let run = 0; run < SCHEMA_HISTORY_LIMIT + 20; run += 1) {
      const run_id = `20260101T0${String(Math.floor(run / 60))}${String(run % 60).padStart(2, '0')}00Z`;
      standing = nextSchema(standing, landed(run_id, [column('id', `char(${run})`, 'Utf8')]))!;
    }
    expect(standing!.history).toHaveLength(SCHEMA_HISTORY_LIMIT);
    expect(standing!.history.at(-1)).toMatchObject({
      run_id: standing!.run_id,
      change: expect.stringContaining('char(119)'),
    });
  });
});
