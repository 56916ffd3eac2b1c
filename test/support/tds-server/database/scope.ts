import type { WireType } from '../../tds/wire-types.ts';
import { same } from './catalog.ts';
import type { Emitted, SqliteCollation } from './emitted.ts';
import { sqlError } from './sql-error.ts';
import type { ObjectName } from './syntax-tree.ts';

/** A column of something in FROM. */
export interface SourceColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: WireType;
  readonly collation?: SqliteCollation | undefined;
  readonly hidden?: boolean | undefined;
}

export interface Source {
  /** How the query names it. */
  readonly alias: string;
  /** The schema, when it has no alias and so may be named with it. */
  readonly schema?: string | undefined;
  columns: SourceColumn[];
}

/** A common table: its name in SQLite and what its columns are. */
export interface NamedQuery {
  readonly sqlName: string;
  readonly columns: readonly { name: string; type: WireType; collation?: SqliteCollation | undefined }[];
}

/** What names mean at one place of a query. */
export class Scope {
  readonly sources: Source[] = [];
  readonly #named = new Map<string, NamedQuery>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  name(name: string, query: NamedQuery): void {
    this.#named.set(name.toLowerCase(), query);
  }

  named(name: string): NamedQuery | undefined {
    return this.#named.get(name.toLowerCase()) ?? this.#outer?.named(name);
  }

  /** @throws SqlServerError 207, 209 or 4104 */
  resolve(qualifier: ObjectName, name: string): Emitted {
    const found = this.#find(qualifier, name) ?? this.#outer?.tryResolve(qualifier, name);
    if (found !== undefined) return found;
    throw qualifier.length === 0 ? sqlError.invalidColumn(name) : sqlError.unbound([...qualifier, name].join('.'));
  }

  tryResolve(qualifier: ObjectName, name: string): Emitted | undefined {
    return this.#find(qualifier, name) ?? this.#outer?.tryResolve(qualifier, name);
  }

  #find(qualifier: ObjectName, name: string): SourceColumn | undefined {
    const sources = this.sourcesOf(qualifier);
    const found = sources.flatMap((source) => source.columns.filter((column) => same(column.name, name)));
    if (found.length > 1) throw sqlError.ambiguousColumn(name);
    if (found.length === 0 && qualifier.length > 0 && sources.length > 0) throw sqlError.invalidColumn(name);
    return found[0];
  }

  /** Those that a qualifier names; all without one. */
  sourcesOf(qualifier: ObjectName): Source[] {
    const [table, schema] = qualifier.toReversed();
    if (table === undefined) return this.sources;
    return this.sources.filter(
      (source) =>
        same(source.alias, table) &&
        (schema === undefined || (source.schema !== undefined && same(source.schema, schema))),
    );
  }
}
