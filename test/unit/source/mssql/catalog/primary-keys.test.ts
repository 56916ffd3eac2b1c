import { expect, it } from '@jest/globals';
import { primaryKeys } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const SQL = `
SELECT i.object_id AS objectId,
       c.name AS name
  FROM sys.indexes AS i
  JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
  JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
 WHERE i.is_primary_key = 1
   AND i.is_disabled = 0
   AND k.key_ordinal > 0
 ORDER BY i.object_id, k.key_ordinal`;

it('primary keys have their columns in the order of their indexes, by table', async () => {
  const { query, asked } = answering([
    { objectId: 5, name: 'c' },
    { objectId: 5, name: 'a' },
    { objectId: 9, name: 'id' },
  ]);
  expect(await primaryKeys(query)).toEqual(
    new Map([
      [5, ['c', 'a']],
      [9, ['id']],
    ]),
  );
  expect(asked).toEqual([{ sql: SQL, bind: {} }]);
});
