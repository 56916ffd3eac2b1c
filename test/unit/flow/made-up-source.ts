import { type DataType, Field, Int32, Schema } from 'apache-arrow';
import { SourceError } from '../../../shared/core/errors.ts';
import { SOURCE_TYPE_KEY } from '../../../shared/source/columns/record-batches.ts';
import type { CatalogTable, Source, TableDescription, TableQuery } from '../../../shared/source/source.ts';

export interface MadeUpColumn {
  readonly name: string;
  readonly type?: string;
  readonly landed?: DataType;
}

export function catalogTable(name: string, more: Partial<CatalogTable> = {}): CatalogTable {
  return {
    schema: 'public',
    name,
    kind: 'table',
    rows: 1_000_000,
    bytes: 100_000_000,
    primaryKey: ['id'],
    changeTracking: undefined,
    isReadable: true,
    ...more,
  };
}

export function description(columns: readonly MadeUpColumn[], more: Partial<TableDescription> = {}): TableDescription {
  const fields = columns.map(
    ({ name, type = 'integer', landed = new Int32() }) =>
      new Field(name, landed, true, new Map([[SOURCE_TYPE_KEY, type]])),
  );
  return {
    schema: new Schema(fields),
    losses: new Map(),
    primaryKey: ['id'],
    key: ['id'],
    keyFrom: 'catalog',
    order: 'index',
    rows: 1_000,
    bytes: 64_000,
    ...more,
  };
}

/** A database that can be looked at and not read. */
export class MadeUpSource {
  readonly catalog: CatalogTable[] = [];
  readonly descriptions = new Map<string, (query: TableQuery) => TableDescription>();
  readonly described: TableQuery[] = [];
  /** Thrown when the catalog is read. */
  refusal: Error | undefined;
  isOpen = false;

  readonly open = async (): Promise<Source> => {
    this.isOpen = true;
    const never = async (): Promise<never> => {
      throw new Error('Nothing is to be read.');
    };
    return {
      open: never,
      survey: never,
      takeBound: never,
      listTables: async () => {
        if (this.refusal !== undefined) throw this.refusal;
        return this.catalog;
      },
      describe: async (query) => {
        this.described.push(query);
        const found = this.descriptions.get(query.name);
        if (found === undefined) throw new SourceError('TABLE_NOT_FOUND', `${query.name} is not there.`);
        return found(query);
      },
      close: async () => {
        this.isOpen = false;
      },
    };
  };
}
