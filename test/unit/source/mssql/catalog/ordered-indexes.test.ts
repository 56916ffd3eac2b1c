import { expect, it } from '@jest/globals';
import { orderedIndexes } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const SQL = `
SELECT i.index_id AS indexId,
       i.type AS indexType,
       c.name AS name,
       k.key_ordinal AS keyOrdinal,
       k.partition_ordinal AS partitionOrdinal,
       k.is_descending_key AS isDescending
  FROM sys.indexes AS i
  JOIN sys.tables AS t ON t.object_id = i.object_id
  JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
  JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
 WHERE i.object_id = OBJECT_ID($table)
   AND i.type IN (1, 2)
   AND i.is_disabled = 0
   AND i.is_hypothetical = 0
   AND i.has_filter = 0
 ORDER BY i.index_id, k.key_ordinal, k.index_column_id`;

const COLUMN = { indexId: 1, indexType: 1, keyOrdinal: 0, partitionOrdinal: 0, isDescending: false };

it('indexes have the columns of their keys, those that they include, and how they are partitioned', async () => {
  const { query, asked } = answering([
    { ...COLUMN, name: 'day', partitionOrdinal: 1 },
    { ...COLUMN, name: 'b', keyOrdinal: 1, isDescending: true },
    { ...COLUMN, name: 'a', keyOrdinal: 2 },
    { ...COLUMN, indexId: 2, indexType: 2, name: 'v' },
    { ...COLUMN, indexId: 2, indexType: 2, name: 'k', keyOrdinal: 1 },
  ]);
  expect(await orderedIndexes(query, '[dbo].[t]')).toEqual([
    {
      isClustered: true,
      key: [
        { name: 'b', isDescending: true },
        { name: 'a', isDescending: false },
      ],
      columns: ['day', 'b', 'a'],
      partitionColumn: 'day',
    },
    {
      isClustered: false,
      key: [{ name: 'k', isDescending: false }],
      columns: ['v', 'k'],
      partitionColumn: undefined,
    },
  ]);
  expect(asked).toEqual([{ sql: SQL, bind: { table: '[dbo].[t]' } }]);
});
