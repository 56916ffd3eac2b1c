import { describe, expect, it } from '@jest/globals';
import { changeTracking, trackingPrerequisites } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const ROW = {
  minValidVersion: '9007199254740993',
  currentVersion: '9223372036854775807',
  beginVersion: '7',
  objectId: '245575913',
  internalTableId: null,
};

describe('change tracking', () => {
  it('tells its versions to the last digit', async () => {
    const { query, asked } = answering([ROW]);
    expect(await changeTracking(query, '[dbo].[t]')).toEqual(ROW);
    expect(asked).toEqual([
      {
        sql: `
SELECT CAST(CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id) AS varchar(20)) AS minValidVersion,
       CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS currentVersion,
       CAST(t.begin_version AS varchar(20)) AS beginVersion,
       CAST(t.object_id AS varchar(20)) AS objectId,
       CAST(i.object_id AS varchar(20)) AS internalTableId
  FROM sys.change_tracking_tables AS t
  LEFT JOIN sys.internal_tables AS i
    ON i.parent_object_id = t.object_id AND i.internal_type_desc = 'CHANGE_TRACKING'
 WHERE t.object_id = OBJECT_ID($table)`,
        bind: { table: '[dbo].[t]' },
      },
    ]);
  });

  it.each([
    ['the table is not tracked', []],
    ['the database is not', [{ ...ROW, currentVersion: null }]],
  ])('is undefined when %s', async (_, rows) => {
    expect(await changeTracking(answering(rows).query, '[t]')).toBeUndefined();
  });

  it.each([
    [[{ objectId: '7', currentVersion: null }], { hasTable: true, isDatabaseTracked: false }],
    [[{ objectId: null, currentVersion: '0' }], { hasTable: false, isDatabaseTracked: true }],
    [[], { hasTable: false, isDatabaseTracked: false }],
  ])('lacks what is not there: %j', async (rows, expected) => {
    const { query, asked } = answering(rows);
    expect(await trackingPrerequisites(query, '[t]')).toEqual(expected);
    expect(asked[0]!.bind).toEqual({ table: '[t]' });
  });
});
