import { expect, it } from '@jest/globals';
import { resultColumns } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const described = (name: string | null, type: string | null, collation: string | null = null) => ({
  name,
  type,
  collation,
  isNullable: true,
  errorNumber: null,
});

it('are named by their types as definitions write them', async () => {
  const rows = [
    described('a', 'decimal(12,2)'),
    described('b', 'varchar(max)', 'Latin1_General_BIN2'),
    described('c', 'timestamp'),
    described(null, null),
  ];
  const { query, asked } = answering(rows);
  expect(await resultColumns(query, 'SELECT 1')).toEqual([
    { name: 'a', type: 'decimal(12,2)', collation: undefined, isNullable: true },
    { name: 'b', type: 'varchar(max)', collation: 'Latin1_General_BIN2', isNullable: true },
    { name: 'c', type: 'rowversion', collation: undefined, isNullable: true },
    { name: '', type: 'CLR type', collation: undefined, isNullable: true },
  ]);
  expect(asked.map(({ bind }) => bind)).toEqual([{ sql: 'SELECT 1' }]);
});

it('are not known of a query that the server cannot describe', async () => {
  expect(await resultColumns(answering([{ ...described(null, null), errorNumber: 208 }]).query, 'x')).toBeUndefined();
  expect(await resultColumns(answering([]).query, 'x')).toBeUndefined();
});
