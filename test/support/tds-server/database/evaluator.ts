import type { WireType } from '../../tds/wire-types.ts';
import { convert } from './conversion.ts';
import { placeOf } from './emit-expression.ts';
import { queryEmitter } from './emit-query.ts';
import { coerced, emitConvert } from './emitted.ts';
import type { Place } from './place.ts';
import { Scope } from './scope.ts';
import type { SessionState } from './session-state.ts';
import { sqlError } from './sql-error.ts';
import { plainText, type Stored } from './stored-values.ts';
import type { Expression, Statement } from './syntax-tree.ts';
import type { TableStore } from './table-store.ts';
import { Translation, type Variable } from './translation.ts';

const TEXT: WireType = { kind: 'nvarchar', length: 4000 };

/** The variables of a batch, and the values of expressions that stand outside of queries. */
export class Evaluator {
  readonly #store: TableStore;
  readonly #session: SessionState;
  readonly #variables: Map<string, Variable>;

  constructor(store: TableStore, session: SessionState, variables: Map<string, Variable>) {
    this.#store = store;
    this.#session = session;
    this.#variables = variables;
  }

  translation(): Translation {
    return new Translation(this.#store.catalog, this.#session, this.#variables);
  }

  /** Makes translations with the variables as they are now. */
  repeatable(): () => Translation {
    const variables = new Map([...this.#variables].map(([name, variable]) => [name, { ...variable }]));
    return () => new Translation(this.#store.catalog, this.#session, variables);
  }

  place(): Place {
    const translation = this.translation();
    return placeOf(translation, new Scope(), queryEmitter(translation));
  }

  declare({ variables }: Extract<Statement, { kind: 'declare' }>): void {
    for (const { name, type, value } of variables) {
      this.#variables.set(name.toLowerCase(), { type, value: null });
      if (value !== undefined) this.assign(name, value);
    }
  }

  assign(name: string, value: Expression): void {
    const variable = this.#variable(name);
    const place = this.place();
    variable.value = this.#single(place, emitConvert(place.value(value), variable.type).sql);
  }

  /** `SELECT @a = …, @b = …`: every row is assigned, the last one stays. Returns how many there were. */
  assignRows(names: readonly string[], types: readonly WireType[], rows: Iterable<readonly Stored[]>): number {
    const variables = names.map((name) => this.#variable(name));
    let count = 0;
    for (const row of rows) {
      count++;
      for (const [i, variable] of variables.entries()) variable.value = convert(row[i]!, types[i]!, variable.type);
    }
    return count;
  }

  /** @throws SqlServerError 137 */
  #variable(name: string): Variable {
    const variable = this.#variables.get(name.toLowerCase());
    if (variable === undefined) throw sqlError.undeclared(name);
    return variable;
  }

  /** A value as text; NULL is empty. */
  text(value: Expression): string {
    const place = this.place();
    return plainText(TEXT, this.#single(place, coerced(place.value(value), TEXT).sql));
  }

  isMet(condition: Expression): boolean {
    const place = this.place();
    return this.#single(place, place.condition(condition)) === 1n;
  }

  #single({ translation }: Place, sql: string): Stored {
    if (translation.readsCatalog) this.#store.refreshSystemTables();
    const statement = this.#store.sqlite.prepare(`SELECT ${sql} AS value`);
    statement.setReadBigInts(true);
    const read = () => statement.get(...translation.bindings) as { value: Stored };
    return this.#session.look(read).value;
  }
}
