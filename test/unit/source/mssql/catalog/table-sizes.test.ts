import { describe, expect, it } from '@jest/globals';
import { sizesByPartitions, sizesByStatistics } from '../../../../../shared/source/mssql/catalog.ts';
import { serverError, wrapped } from '../server-error.ts';
import { answering } from './answering.ts';

const BY_STATISTICS = `
SELECT s.object_id AS objectId,
       CAST(SUM(s.row_count) AS varchar(20)) AS [rowCount],
       CAST(SUM(s.used_page_count) AS varchar(20)) AS pageCount
  FROM sys.dm_db_partition_stats AS s
 WHERE s.index_id IN (0, 1)
 GROUP BY s.object_id`;

const BY_PARTITIONS = `
SELECT r.object_id AS objectId,
       CAST(r.[rowCount] AS varchar(20)) AS [rowCount],
       CAST(u.pageCount AS varchar(20)) AS pageCount
  FROM (SELECT p.object_id, SUM(p.rows) AS [rowCount]
          FROM sys.partitions AS p
         WHERE p.index_id IN (0, 1)
         GROUP BY p.object_id) AS r
  LEFT JOIN (SELECT a.object_id, SUM(a.used_pages) AS pageCount
               FROM (SELECT o.object_id, i.used_pages
                       FROM sys.partitions AS o
                       JOIN sys.allocation_units AS i ON i.container_id = o.hobt_id
                      WHERE i.type IN (1, 3) AND o.index_id IN (0, 1)
                      UNION ALL
                     SELECT o.object_id, l.used_pages
                       FROM sys.partitions AS o
                       JOIN sys.allocation_units AS l ON l.container_id = o.partition_id
                      WHERE l.type = 2 AND o.index_id IN (0, 1)) AS a
              GROUP BY a.object_id) AS u ON u.object_id = r.object_id`;

const ROWS = [
  { objectId: 5, rowCount: '5000000000', pageCount: '1000' },
  { objectId: 6, rowCount: '7', pageCount: null },
  { objectId: 7, rowCount: null, pageCount: null },
];

describe.each([
  ['statistics', sizesByStatistics, BY_STATISTICS],
  ['partitions', sizesByPartitions, BY_PARTITIONS],
])('sizes by %s', (_, sizesBy, sql) => {
  it('are of all tables that have one', async () => {
    const { query, asked } = answering(ROWS);
    expect(await sizesBy(query)).toEqual(
      new Map([
        [5, { rows: 5_000_000_000, bytes: 8_192_000 }],
        [6, { rows: 7, bytes: undefined }],
      ]),
    );
    expect(asked).toEqual([{ sql, bind: {} }]);
  });

  it('are undefined to whom they are not shown', async () => {
    expect(await sizesBy(answering(wrapped(serverError(262))).query)).toBeUndefined();
  });

  it('let other failures pass', async () => {
    const deadlock = wrapped(serverError(1205));
    await expect(sizesBy(answering(deadlock).query)).rejects.toBe(deadlock);
  });
});
