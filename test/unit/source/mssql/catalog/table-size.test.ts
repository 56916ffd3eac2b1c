import { describe, expect, it } from '@jest/globals';
import { tableSize } from '../../../../../shared/source/mssql/catalog.ts';
import { serverError, wrapped } from '../server-error.ts';
import { answering } from './answering.ts';

const SIZE = { rowCount: '5000000000', pageCount: '1000' };
const NOTHING = { rowCount: null, pageCount: null };

describe('the size of a table', () => {
  it('comes from the statistics of its partitions', async () => {
    const { query, asked } = answering([SIZE]);
    expect(await tableSize(query, '[dbo].[t]')).toEqual({ rows: 5_000_000_000, bytes: 8_192_000 });
    expect(asked).toHaveLength(1);
    expect(asked[0]!.sql).toContain('sys.dm_db_partition_stats');
    expect(asked[0]!.bind).toEqual({ table: '[dbo].[t]' });
  });

  it.each([208, 229, 262, 297, 300, 371])('comes from sys.partitions when error %i forbids those', async (number) => {
    const { query, asked } = answering(wrapped(serverError(number)), [SIZE]);
    expect(await tableSize(query, '[t]')).toEqual({ rows: 5_000_000_000, bytes: 8_192_000 });
    expect(asked[1]!.sql).not.toContain('dm_db');
  });

  it('is found also when the permission is not the only error', async () => {
    const refused = wrapped(new AggregateError([serverError(262), serverError(297)]));
    expect(await tableSize(answering(refused, [SIZE]).query, '[t]')).toBeDefined();
  });

  it.each([
    ['neither may be read', [serverError(262), serverError(229)]],
    ['a view has no rows of its own', [[NOTHING], [NOTHING]]],
    ['there is no answer', [[], []]],
  ])('is undefined when %s', async (_, answers) => {
    expect(await tableSize(answering(...(answers as (object[] | Error)[])).query, '[t]')).toBeUndefined();
  });

  it('has rows alone when the pages are not to be seen', async () => {
    const { query } = answering(wrapped(serverError(262)), [{ rowCount: '7', pageCount: null }]);
    expect(await tableSize(query, '[t]')).toEqual({ rows: 7, bytes: undefined });
  });

  it('lets other failures pass', async () => {
    const deadlock = wrapped(serverError(1205));
    await expect(tableSize(answering(deadlock).query, '[t]')).rejects.toBe(deadlock);
  });
});
