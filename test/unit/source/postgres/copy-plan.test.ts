import { describe, expect, it } from '@jest/globals';
import { landedSchema } from '../../../../shared/source/columns/record-batches.ts';
import { mappingFor } from '../../../../shared/source/postgres/column-types.ts';
import { copyPlan } from '../../../../shared/source/postgres/copy-plan.ts';
import type { KeyColumn } from '../../../../shared/source/postgres/key-columns.ts';
import { DEFAULT_LIMITS } from '../../../../shared/source/postgres/options.ts';
import type { PlannedColumn, ReadPlan } from '../../../../shared/source/postgres/read-plan.ts';

const [INT8, TEXT, TIMESTAMP] = [20, 25, 1114];

function landed(name: string, position: number, oid: number): PlannedColumn {
  const mapping = mappingFor(oid, -1, false);
  return { name, position, mapping, type: mapping.type, sourceType: name };
}

function keyColumn(name: string, position: number, typeOid: number): KeyColumn {
  return { name, position, typeOid, type: name, operatorSchema: 'pg_catalog' };
}

function planOf(key: readonly KeyColumn[], condition = ''): ReadPlan {
  const columns = [landed('at', 0, TIMESTAMP), landed('id', 1, INT8)];
  const schema = landedSchema(columns);
  return {
    base: 'B',
    tableColumns: undefined,
    columnCount: 3,
    columns,
    schema,
    primaryKey: [],
    key,
    keyHasIndex: false,
    updateKey: undefined,
    condition,
  };
}

const textOf = (key: readonly KeyColumn[]): string => copyPlan(planOf(key), {}, DEFAULT_LIMITS).rowsSql;
const FROM = 'FROM (\nB\n) AS t(c1, c2, c3)';

describe('what is read of a table', () => {
  it('is what lands, in any order, without a key', () => {
    expect(textOf([])).toBe(`SELECT c1, c2 ${FROM}`);
  });

  it('is nothing more for a key whose landed values are exact', () => {
    expect(textOf([keyColumn('id', 1, INT8)])).toBe(`SELECT c1, c2 ${FROM} ORDER BY t.c2`);
  });

  it('is also the text of key columns that land otherwise or not at all', () => {
    const key = [keyColumn('at', 0, TIMESTAMP), keyColumn('id', 1, INT8), keyColumn('name', 2, TEXT)];
    expect(textOf(key)).toBe(`SELECT c1, c2, c1::text, c3::text ${FROM} ORDER BY t.c1, t.c2, t.c3`);
    expect(copyPlan(planOf(key), {}, DEFAULT_LIMITS)).toMatchObject({ key: ['at', 'id', 'name'] });
    expect(copyPlan(planOf(key), {}, DEFAULT_LIMITS).schema.names).toEqual(['at', 'id']);
  });

  it('lies in the range', () => {
    const range = { from: { values: ['4'], inclusive: false }, to: ['9'] };
    const { rowsSql } = copyPlan(planOf([keyColumn('id', 1, INT8)]), range, DEFAULT_LIMITS);
    expect(rowsSql).toMatch(
      / WHERE t\.c2 OPERATOR\(pg_catalog\.>\) .* AND t\.c2 OPERATOR\(pg_catalog\.<\) .* ORDER BY t\.c2$/,
    );
  });

  it('lies in the window', () => {
    expect(copyPlan(planOf([], 'W'), {}, DEFAULT_LIMITS).rowsSql).toBe(`SELECT c1, c2 ${FROM} WHERE W`);
    const { rowsSql } = copyPlan(planOf([keyColumn('id', 1, INT8)], 'W'), { to: ['9'] }, DEFAULT_LIMITS);
    expect(rowsSql).toMatch(/ WHERE t\.c2 OPERATOR\(pg_catalog\.<\) .* AND W ORDER BY t\.c2$/);
  });
});
