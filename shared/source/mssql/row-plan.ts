import { SourceError } from '../../core/errors.ts';
import { distinctNames } from '../column-names.ts';
import type { TableQuery } from '../source.ts';
import { planColumn } from './column-types.ts';
import type { RowPlanner } from './extraction-request.ts';
import type { MssqlLimits } from './options.ts';
import { RowDecoder } from './tds/row-decoder.ts';

/**
 * How the result of a query is decoded, once the server has told its columns. `key` names a row in messages. The last
 * `exactColumns` of them have all digits of a moment, as text, whatever is set.
 */
export function rowPlanner(
  query: Pick<TableQuery, 'name' | 'temporal'>,
  key: readonly string[],
  limits: MssqlLimits,
  exactColumns = 0,
): RowPlanner {
  const { batchRows, batchBytes, maxValueBytes } = limits;
  return (metadata) => {
    if (metadata.length === 0) throw noColumns(`reading ${query.name}`);
    const names = distinctNames(metadata.map(({ colName }) => colName));
    const columns = metadata.map((column, i) => {
      const name = names[i]!;
      const plan = planColumn(column, name, i < metadata.length - exactColumns ? query.temporal : 'text');
      return { name, type: plan.type, sourceType: plan.sourceType, plan };
    });
    return new RowDecoder(columns, key, { batchRows, batchBytes, maxValueBytes });
  };
}

export function noColumns(where: string): SourceError {
  return new SourceError('NO_COLUMNS', `Failed ${where}: the query gives no result with columns.`, {
    retry: 'permanent',
    remedy: 'Make `sql` end in a SELECT that names at least one column.',
  });
}
