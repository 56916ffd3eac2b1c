import { Schema } from 'apache-arrow';
import type { TableConfig } from '../config/config.ts';
import { asLandfallError } from '../core/errors.ts';
import { requireParquetTypes, requireTextTypes } from '../format/column-types.ts';
import type { TableDescription } from '../source/source.ts';
import { type Finding, findingOf } from './check-finding.ts';
import { landedColumns } from './landed-columns.ts';

/** One column as the database has it and as it would land. */
export interface CheckedColumn {
  readonly name: string;
  readonly sourceType: string;
  readonly landedType: string;
  /** What its values may lose, in words; null when they land as they are. */
  readonly loss: string | null;
}

/** Of values that would not be lost but end the read with an error. */
const CANNOT_LAND = /\bcannot land\b/;

export function checkedColumns({ schema, losses }: TableDescription): CheckedColumn[] {
  return landedColumns(schema).map(({ name, source_type: sourceType, landed_type: landedType }) => ({
    name,
    sourceType,
    landedType,
    loss: losses.get(name) ?? null,
  }));
}

/** Columns that the format cannot write, and those whose values may lose something. */
export function columnFindings({ format }: Pick<TableConfig, 'format'>, description: TableDescription): Finding[] {
  const { schema, losses } = description;
  const accept = format === 'parquet' ? requireParquetTypes : requireTextTypes;
  const schemas = schema.fields.length === 0 ? [schema] : schema.fields.map((field) => new Schema([field]));
  const refused = schemas.flatMap((each): Finding[] => {
    try {
      accept(each);
      return [];
    } catch (thrown) {
      const column = each.fields[0]?.name;
      return [{ ...findingOf(asLandfallError(thrown)), ...(column !== undefined && { column }) }];
    }
  });
  const lossy = [...losses].map(
    ([column, message]): Finding =>
      CANNOT_LAND.test(message)
        ? { severity: 'note', code: 'VALUE_NOT_REPRESENTABLE', column, message }
        : { severity: 'warning', code: 'value-loss', column, message },
  );
  return [...refused, ...lossy];
}
