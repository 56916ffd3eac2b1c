import { COLLATION_NAMES } from '../../tds/collations.ts';
import type { WireType } from '../../tds/wire-types.ts';
import {
  type Catalog,
  type ColumnTraits,
  same,
  type TableColumn,
  type TableDefinition,
  type TableIndex,
} from './catalog.ts';

/** A column of a table to be created. */
export interface NewColumn extends ColumnTraits {
  readonly name: string;
  readonly type: WireType;
  /** Default true, but for keys. */
  readonly nullable?: boolean | undefined;
}

/** An index beside the primary key. A filtered one refuses nothing. */
export interface NewIndex {
  readonly name?: string | undefined;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  readonly filtered?: boolean;
  readonly disabled?: boolean;
}

export interface NewTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly NewColumn[];
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly NewIndex[];
}

/** The table as the catalog keeps it: with ids, names of its indexes, and keys that are never NULL. */
export function defineTable(catalog: Catalog, table: NewTable): TableDefinition {
  const { schema, name, primaryKey = [], indexes = [] } = table;
  const columns = table.columns.map((column, i) => columnOf(column, i + 1, primaryKey));
  const spelled = (names: readonly string[]): string[] =>
    names.map((each) => {
      const found = columns.find((column) => same(column.name, each));
      if (found === undefined) throw new RangeError(`Table ${name} has no column ${each} for its key`);
      return found.name;
    });
  const key: TableIndex[] =
    primaryKey.length === 0
      ? []
      : [
          {
            ...INDEX,
            name: `PK_${name}`,
            indexId: 1,
            columns: spelled(primaryKey),
            unique: true,
            primaryKey: true,
            clustered: true,
          },
        ];
  const others = indexes.map((index, i) => ({
    ...INDEX,
    name: index.name ?? `IX_${name}_${i + 1}`,
    indexId: i + 2,
    columns: spelled(index.columns),
    unique: index.unique === true,
    filtered: index.filtered === true,
    disabled: index.disabled === true,
  }));
  return { schema, name, objectId: catalog.takeObjectId(), columns, indexes: [...key, ...others], system: false };
}

const INDEX = { unique: false, primaryKey: false, clustered: false, filtered: false, disabled: false };

function columnOf(column: NewColumn, columnId: number, primaryKey: readonly string[]): TableColumn {
  const { name, type, collation, identity, computed, hidden } = column;
  const isKey = primaryKey.some((each) => same(each, name));
  const nullable = !isKey && (column.nullable ?? type.nullable ?? true);
  const named = collation ?? ('collation' in type ? type.collation : undefined);
  return {
    name,
    columnId,
    type: collated({ ...type, nullable }, named),
    collation: named,
    identity,
    computed,
    hidden,
    default: column.default,
  };
}

/** On the wire a text goes in its collation's code page, where the encoder knows it. */
function collated(type: WireType, name: string | undefined): WireType {
  const hasCodePage = type.kind === 'char' || type.kind === 'varchar' || type.kind === 'text';
  const known = COLLATION_NAMES.find((each) => name !== undefined && same(each, name));
  return hasCodePage && known !== undefined ? { ...type, collation: known } : type;
}
