import { describe, expect, it } from '@jest/globals';
import { typeWarnings } from '../../../shared/report/type-warnings.ts';

const column = (name: string, sourceType: string, landedType: string) => ({
  name,
  source_type: sourceType,
  landed_type: landedType,
});

describe('warnings of the type contract', () => {
  it('name the setting that keeps the digits of a time', () => {
    const columns = [column('at', 'datetime2(7)', 'Timestamp<MICROSECOND>'), column('id', 'bigint', 'Int64')];
    expect(typeWarnings('dbo.Orders', columns, { at: 2_113 })).toEqual([
      {
        table: 'dbo.Orders',
        column: 'at',
        sourceType: 'datetime2(7)',
        landedType: 'Timestamp<MICROSECOND>',
        values: 2_113,
        loss: 'lost the 7th digit of a second',
        remedy: '`temporal: nanos` or `temporal: text`',
      },
    ]);
  });

  it('tell of text that UTF-8 cannot hold', () => {
    const [warning] = typeWarnings('t', [column('note', 'nvarchar(40)', 'Utf8')], { note: 1 });
    expect(warning).toMatchObject({ loss: expect.stringContaining('surrogate'), remedy: undefined, values: 1 });
  });

  it.each([
    ['numeric', 'as the type fixes no digits'],
    ['numeric(50,4)', 'as a decimal holds 38 digits'],
    ['money', 'land as text, with every digit'],
  ])('tell of %s as text', (sourceType, loss) => {
    const [warning] = typeWarnings('t', [column('amount', sourceType, 'Utf8')], {});
    expect(warning).toMatchObject({ values: undefined, loss: expect.stringContaining(loss) });
    expect(warning!.remedy).toContain('cast');
  });

  it.each([
    ['numeric(10,2)', 'Decimal[10e+2]'],
    ['numeric[]', 'Utf8'],
    ['text', 'Utf8'],
    ['datetimeoffset(7)', 'Utf8'],
    ['numericality', 'Utf8'],
  ])('say nothing of %s as %s', (sourceType, landedType) => {
    expect(typeWarnings('t', [column('c', sourceType, landedType)], {})).toEqual([]);
  });

  it('are not misled by a column with a name of every object', () => {
    expect(typeWarnings('t', [column('constructor', 'text', 'Utf8')], {})).toEqual([]);
  });
});
