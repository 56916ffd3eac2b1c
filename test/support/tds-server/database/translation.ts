import type { WireType } from '../../tds/wire-types.ts';
import { type Catalog, sqliteCollation, type TableDefinition } from './catalog.ts';
import type { Emitted } from './emitted.ts';
import type { SessionState } from './session-state.ts';
import { sqlError } from './sql-error.ts';
import type { Stored } from './stored-values.ts';
import { isText } from './type-names.ts';

export interface Variable {
  readonly type: WireType;
  value: Stored;
}

/** What the translation of one statement needs to know and what it gathers. */
export class Translation {
  readonly catalog: Catalog;
  readonly session: SessionState;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Values for `?1`, `?2`, … */
  readonly bindings: Stored[] = [];
  /** What the statement reads, with the hints it was given. */
  readonly tables = new Map<TableDefinition, readonly string[]>();
  /** Tables whose changes the statement reads. */
  readonly changesOf = new Set<TableDefinition>();
  /** The moment of the whole statement, in UTC. */
  readonly utc: string;
  #names = 0;

  constructor(catalog: Catalog, session: SessionState, variables: ReadonlyMap<string, Variable>) {
    this.catalog = catalog;
    this.utc = catalog.clock.utc();
    this.session = session;
    this.variables = variables;
  }

  /** Whether it reads a catalog view, whose rows must be made anew. */
  get readsCatalog(): boolean {
    return [...this.tables.keys()].some(({ system }) => system);
  }

  bind(value: Stored, type: WireType): Emitted {
    const sql = `?${this.bindings.push(value)}`;
    return { sql, type };
  }

  /** @throws SqlServerError 137 */
  variable(name: string): Emitted {
    const variable = this.variables.get(name.toLowerCase());
    if (variable === undefined) throw sqlError.undeclared(name);
    return this.bind(variable.value, variable.type);
  }

  /** A name that SQLite has not seen in this statement. */
  uniqueName(): string {
    return `t${++this.#names}`;
  }

  /** The collation of a column, undefined where it has none. */
  collationOf(type: WireType, declared: string | undefined): 'BINARY' | 'NOCASE' | undefined {
    return isText(type) ? sqliteCollation(declared ?? this.catalog.state.collation) : undefined;
  }
}
