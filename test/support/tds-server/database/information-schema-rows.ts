import type { Catalog, TableColumn, TableDefinition } from './catalog.ts';
import type { SystemRow } from './system-rows.ts';
import { typeFacts } from './type-facts.ts';
import { isBinary, isMoment, isText } from './type-names.ts';

/** The rows of the views of INFORMATION_SCHEMA. */
export function schemaRows(catalog: Catalog): Readonly<Record<string, SystemRow[]>> {
  const tables = catalog.userTables;
  return {
    'INFORMATION_SCHEMA.TABLES': tables.map((table) => ({
      ...nameOf(table, catalog),
      TABLE_TYPE: table.view === undefined ? 'BASE TABLE' : 'VIEW',
    })),
    'INFORMATION_SCHEMA.COLUMNS': tables.flatMap((table) =>
      table.columns.map((column) => ({ ...nameOf(table, catalog), ...columnRow(column, catalog) })),
    ),
    'INFORMATION_SCHEMA.TABLE_CONSTRAINTS': tables.flatMap((table) =>
      keyRows(table, catalog).map((row) => ({ ...row, columns: null })),
    ),
    'INFORMATION_SCHEMA.KEY_COLUMN_USAGE': tables.flatMap((table) =>
      keyRows(table, catalog).flatMap(({ columns, ...row }) =>
        columns.map((name, i) => ({ ...row, COLUMN_NAME: name, ORDINAL_POSITION: i + 1 })),
      ),
    ),
  };
}

const nameOf = (table: TableDefinition, catalog: Catalog) => ({
  TABLE_CATALOG: catalog.state.name,
  TABLE_SCHEMA: table.schema,
  TABLE_NAME: table.name,
});

function columnRow(column: TableColumn, catalog: Catalog): SystemRow {
  const { name, maxLength, precision, scale } = typeFacts(column.type);
  const sized = isText(column.type) || isBinary(column.type);
  const unitBytes = column.type.kind.startsWith('n') ? 2 : 1;
  const isNumeric = precision > 0 && !isMoment(column.type);
  return {
    COLUMN_NAME: column.name,
    ORDINAL_POSITION: column.columnId,
    IS_NULLABLE: column.type.nullable === false ? 'NO' : 'YES',
    DATA_TYPE: name,
    CHARACTER_MAXIMUM_LENGTH: sized ? (maxLength < 0 ? -1 : maxLength / unitBytes) : null,
    CHARACTER_OCTET_LENGTH: sized ? maxLength : null,
    NUMERIC_PRECISION: isNumeric ? precision : null,
    NUMERIC_PRECISION_RADIX: isNumeric ? 10 : null,
    NUMERIC_SCALE: isNumeric ? scale : null,
    DATETIME_PRECISION: isMoment(column.type) ? scale : null,
    COLLATION_NAME: isText(column.type) ? (column.collation ?? catalog.state.collation) : null,
  };
}

type KeyRow = ReturnType<typeof nameOf> & {
  CONSTRAINT_CATALOG: string;
  CONSTRAINT_SCHEMA: string;
  CONSTRAINT_NAME: string;
  CONSTRAINT_TYPE: string;
  columns: readonly string[];
};

/** Each with the columns it is over, which no view has under that name. */
function keyRows(table: TableDefinition, catalog: Catalog): KeyRow[] {
  const keys = table.indexes.filter(({ primaryKey }) => primaryKey);
  return keys.map(({ name, columns }) => ({
    ...nameOf(table, catalog),
    CONSTRAINT_CATALOG: catalog.state.name,
    CONSTRAINT_SCHEMA: table.schema,
    CONSTRAINT_NAME: name,
    CONSTRAINT_TYPE: 'PRIMARY KEY',
    columns,
  }));
}
