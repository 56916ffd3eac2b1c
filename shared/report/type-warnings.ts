import type { LandedColumn } from '../core/records.ts';
import { type ValueLoss, valueLossOf } from '../core/value-loss.ts';
import type { TypeWarning } from './model.ts';

/**
 * Columns of a landed table whose values lost something, or that landed as text although the database has numbers.
 * @param lossyValues by column, how many values lost something
 */
export function typeWarnings(
  table: string,
  columns: readonly LandedColumn[],
  lossyValues: Readonly<Record<string, number>>,
): TypeWarning[] {
  return columns.flatMap((column): TypeWarning[] => {
    const { name, source_type: sourceType, landed_type: landedType } = column;
    const base = { table, column: name, sourceType, landedType };
    const values = Object.hasOwn(lossyValues, name) ? lossyValues[name]! : 0;
    if (values > 0) return [{ ...base, ...valueLossOf(sourceType), values }];
    return isNumberAsText(column) ? [{ ...base, ...numberAsText(sourceType), values: undefined }] : [];
  });
}

/** An array of numbers is text like every array. */
function isNumberAsText({ source_type: sourceType, landed_type: landedType }: LandedColumn): boolean {
  return landedType === 'Utf8' && /^(numeric|decimal|money)\b(?!.*\[\])/i.test(sourceType);
}

/** What Arrow's Decimal128 and Parquet readers hold. */
const MAX_DIGITS = 38;

function numberAsText(sourceType: string): ValueLoss {
  const loss = 'land as text, with every digit';
  if (/^money/i.test(sourceType)) return { loss, remedy: '`sql` with a cast, such as `amount::numeric(19,2)`' };
  const digits = /\(\s*(\d+)/.exec(sourceType)?.[1];
  const why = digits === undefined ? 'as the type fixes no digits' : `as a decimal holds ${MAX_DIGITS} digits`;
  return { loss: `${loss}, ${why}`, remedy: `\`sql\` with a cast, such as \`numeric(${MAX_DIGITS},9)\`` };
}
