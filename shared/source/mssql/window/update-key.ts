import { SourceError } from '../../../core/errors.ts';
import type { TableQuery, UpdateKeyWindow } from '../../source.ts';
import type { DescribedColumn, KeyColumn } from '../key/key-columns.ts';
import { keyTypeOf } from '../key/key-type.ts';
import type { KeyParameter, RangeText } from '../key/range-text.ts';
import { bracketed } from '../quoting.ts';

/** `versions` of rowversion, which the database counts itself; `moments` and `numbers`, which can be counted back from. */
export type UpdateKeyKind = 'versions' | 'moments' | 'numbers' | 'ordered';

/** The column that tells what changed. */
export interface UpdateKey extends KeyColumn {
  readonly kind: UpdateKeyKind;
}

const MOMENT = /^(date|datetime|smalldatetime|datetime2\(.*\)|datetimeoffset\(.*\))$/;
const NUMBER = /^(tinyint|smallint|int|bigint|money|smallmoney|decimal\(.*\)|numeric\(.*\))$/;
/** Floats of almost one value are no safe bound; bit has no MAX, and nothing to grow to. */
const UNFIT = new Set(['float', 'real', 'bit']);

/**
 * The column of an `update_key`, of a table or of a custom query's result.
 * @throws SourceError COLUMN_NOT_FOUND and UPDATE_KEY_UNUSABLE, for good.
 */
export function requireUpdateKey(query: TableQuery, name: string, columns: readonly DescribedColumn[]): UpdateKey {
  const column = columns.find((each) => each.name === name);
  if (column === undefined) throw updateKeyNotFound(query, name, columns);
  const compared = UNFIT.has(column.type) ? undefined : keyTypeOf(column);
  if (compared === undefined) throw updateKeyTypeUnusable(query, column);
  return { ...column, compared, kind: kindOf(column.type) };
}

function kindOf(type: string): UpdateKeyKind {
  if (type === 'rowversion') return 'versions';
  if (MOMENT.test(type)) return 'moments';
  return NUMBER.test(type) ? 'numbers' : 'ordered';
}

/** The rows of a window, by comparisons that an index on the column serves. */
export function windowText(column: KeyColumn, { after, upTo, nulls }: UpdateKeyWindow): RangeText {
  const name = bracketed(column.name);
  const parameters: KeyParameter[] = [];
  const compared = (operator: string, parameter: string, value: string): string => {
    parameters.push({ name: parameter, kind: column.compared.parameter, value });
    return `${name} ${operator} ${column.compared.value(`@${parameter}`)}`;
  };
  const conditions = [
    ...(after === null || upTo === null ? [] : [compared('>', 'after', after)]),
    ...(upTo === null ? [] : [compared('<=', 'upTo', upTo)]),
  ];
  const isNull = `${name} IS NULL`;
  if (conditions.length === 0) return { condition: nulls ? isNull : '1 = 0', parameters };
  const between = conditions.join(' AND ');
  return { condition: nulls ? `(${between} OR ${isNull})` : between, parameters };
}

function updateKeyNotFound(query: TableQuery, name: string, columns: readonly DescribedColumn[]): SourceError {
  const noun = query.sql === undefined ? 'table' : 'query';
  const message = `\`update_key\` of ${query.name} names "${name}", which the ${noun} does not have.`;
  return new SourceError('COLUMN_NOT_FOUND', message, {
    retry: 'permanent',
    remedy: `Columns that exist: ${columns.map((column) => column.name).join(', ')}.`,
  });
}

function updateKeyTypeUnusable(query: TableQuery, { name, type }: DescribedColumn): SourceError {
  return updateKeyUnusable(query, `"${name}", whose type ${type} cannot tell what changed`);
}

/** For an `update_key`, or what goes with it, that cannot be used. `found` completes the sentence. */
export function updateKeyUnusable(
  { name }: TableQuery,
  found: string,
  remedy = 'Name a rowversion, a date or time, a whole number or a decimal that grows with every change of a row.',
): SourceError {
  const message = `\`update_key\` of ${name} names ${found}.`;
  return new SourceError('UPDATE_KEY_UNUSABLE', message, { retry: 'permanent', remedy });
}
