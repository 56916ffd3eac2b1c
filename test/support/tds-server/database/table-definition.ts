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
  readonly descending?: readonly string[];
  readonly included?: readonly string[];
  readonly unique?: boolean;
  readonly clustered?: boolean | undefined;
  readonly filtered?: boolean;
  readonly disabled?: boolean;
}

export interface NewTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly NewColumn[];
  readonly primaryKey?: readonly string[];
  /** Of the primary key: those of its columns that it has from the greatest to the least. */
  readonly descending?: readonly string[];
  /** Of the primary key; by default it is, unless another index is. */
  readonly clustered?: boolean | undefined;
  readonly indexes?: readonly NewIndex[];
  readonly shipped?: boolean | undefined;
}

/** The table as the catalog keeps it: with ids, names of its indexes, and keys that are never NULL. */
export function defineTable(catalog: Catalog, table: NewTable): TableDefinition {
  const { schema, name, primaryKey = [], descending = [], indexes = [], shipped } = table;
  const columns = table.columns.map((column, i) => columnOf(column, i + 1, primaryKey));
  const clustered = table.clustered ?? !indexes.some((index) => index.clustered === true);
  const key = { ...INDEX, name: `PK_${name}`, unique: true, primaryKey: true, clustered };
  const keys = primaryKey.length === 0 ? [] : [{ ...key, columns: primaryKey, descending }];
  const others = indexes.map((index, i) => ({
    ...INDEX,
    name: index.name ?? `IX_${name}_${i + 1}`,
    columns: index.columns,
    descending: index.descending ?? [],
    included: index.included ?? [],
    unique: index.unique === true,
    clustered: index.clustered === true,
    filtered: index.filtered === true,
    disabled: index.disabled === true,
  }));
  const all = numbered([...keys, ...others]).map((index) => spelled(index, columns, name));
  return { schema, name, objectId: catalog.takeObjectId(), columns, indexes: all, system: false, shipped };
}

/** The clustered index is 1, the others count from 2 on. */
function numbered(indexes: readonly Omit<TableIndex, 'indexId'>[]): TableIndex[] {
  let last = 1;
  return indexes.map((index) => ({ ...index, indexId: index.clustered ? 1 : ++last }));
}

/** With its columns' names as the table has them. */
function spelled(index: TableIndex, columns: readonly TableColumn[], table: string): TableIndex {
  const spell = (names: readonly string[]): string[] =>
    names.map((each) => {
      const found = columns.find((column) => same(column.name, each));
      if (found === undefined) throw new RangeError(`Table ${table} has no column ${each} for its key`);
      return found.name;
    });
  const { columns: names, descending, included } = index;
  return { ...index, columns: spell(names), descending: spell(descending), included: spell(included) };
}

const INDEX = {
  descending: [],
  included: [],
  unique: false,
  primaryKey: false,
  clustered: false,
  filtered: false,
  disabled: false,
};

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
