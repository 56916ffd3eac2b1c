import { describe, expect, it } from '@jest/globals';
import { SOURCE_TYPE_KEY } from '../../../../shared/source/columns/record-batches.ts';
import { DEFAULT_LIMITS } from '../../../../shared/source/mssql/options.ts';
import { noColumns, rowPlanner } from '../../../../shared/source/mssql/row-plan.ts';
import { ResponseReader } from '../../../../shared/source/mssql/tds/response-reader.ts';
import type { TableQuery } from '../../../../shared/source/source.ts';
import { colMetadata, done, row } from '../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../support/tds/wire-types.ts';
import { idleConnection } from './extraction-rig.ts';

const QUERY: TableQuery = {
  name: 'dbo.t',
  schema: 'dbo',
  table: 't',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: undefined,
  range: {},
};

const { options } = idleConnection().config;

/** Reads a response whose result has these columns. */
function read(columns: readonly WireColumn[], query: TableQuery = QUERY, limits = DEFAULT_LIMITS): ResponseReader {
  const reader = new ResponseReader(options, () => {}, rowPlanner(query, [], limits));
  reader.push(colMetadata(columns));
  return reader;
}

describe('the plan of a result', () => {
  it('gives every column a name of its own and keeps its type', () => {
    const { decoder } = read([
      { name: 'a', type: { kind: 'decimal', precision: 12, scale: 2 } },
      { name: '', type: { kind: 'bit' } },
      { name: 'a', type: { kind: 'nvarchar', length: 'max' } },
    ]);
    expect(
      decoder!.schema.fields.map((field) => [field.name, `${field.type}`, field.metadata.get(SOURCE_TYPE_KEY)]),
    ).toEqual([
      ['a', 'Decimal[12e+2]', 'decimal(12,2)'],
      ['column_2', 'Bool', 'bit'],
      ['a_2', 'Utf8', 'nvarchar(max)'],
    ]);
  });

  it('lands times as the query wants them', () => {
    const moment: readonly WireColumn[] = [{ name: 'at', type: { kind: 'datetime2', scale: 7 } }];
    const typeWith = (temporal: TableQuery['temporal']): string =>
      `${read(moment, { ...QUERY, temporal }).decoder!.schema.fields[0]!.type}`;
    expect([typeWith('micros'), typeWith('nanos'), typeWith('text')]).toEqual([
      'Timestamp<MICROSECOND>',
      'Timestamp<NANOSECOND>',
      'Utf8',
    ]);
  });

  it('keeps to the limits of a batch', () => {
    const columns: readonly WireColumn[] = [{ name: 'id', type: { kind: 'int', nullable: false } }];
    const reader = read(columns, QUERY, { ...DEFAULT_LIMITS, batchRows: 2 });
    const batches = reader.push(Buffer.concat(['1', '2', '3', '4', '5'].map((id) => row(columns, [id]))));
    expect(batches.map((batch) => batch.numRows)).toEqual([2, 2]);
    reader.push(done({ rowCount: 5 }));
    expect(reader.finish()?.numRows).toBe(1);
  });

  it('is refused without columns', () => {
    const refusal = { code: 'NO_COLUMNS', retry: 'permanent', message: expect.stringContaining('reading dbo.t') };
    expect(() => rowPlanner(QUERY, [], DEFAULT_LIMITS)([])).toThrow(expect.objectContaining(refusal));
    expect(noColumns('reading dbo.t')).toMatchObject(refusal);
  });
});
