import type { WireColumn } from '../../tds/wire-types.ts';
import type { TdsPiece } from '../request.ts';
import { type AnswerWriter, COMMANDS } from './answer-writer.ts';
import { queryEmitter } from './emit-query.ts';
import { Evaluator } from './evaluator.ts';
import { LateTransaction } from './late-transaction.ts';
import { checkReads, type ReadRules } from './read-rules.ts';
import { changeRows, type RowChange } from './run-changes.ts';
import { define } from './run-definitions.ts';
import type { SessionState } from './session-state.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import { asServerError } from './sqlite-errors.ts';
import type { Stored } from './stored-values.ts';
import type { Query, Select, Statement } from './syntax-tree.ts';
import type { TableStore } from './table-store.ts';
import type { Translation, Variable } from './translation.ts';

type Pieces = AsyncGenerator<TdsPiece>;
type StatementOf<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** Errors that end their statement and not their batch, unless XACT_ABORT is on. */
const BATCH_GOES_ON = new Set([515, 1222, 2601, 2627, 8115, 8134, 50000]);

/** What the run of a batch needs of the server. */
export interface BatchContext {
  readonly store: TableStore;
  readonly session: SessionState;
  readonly rules: ReadRules;
  /** Runs SQL within this batch, for EXEC; undefined for a procedure that is not there. */
  readonly procedure: (name: string) => string | undefined;
  readonly parse: (sql: string) => Statement[];
}

/** One batch: its variables, and its statements one after the other. */
export class BatchRun {
  readonly #context: BatchContext;
  readonly #writer: AnswerWriter;
  readonly #values: Evaluator;
  /** In the order in which they were raised. */
  readonly errors: SqlServerError[] = [];

  constructor(context: BatchContext, writer: AnswerWriter, variables: Map<string, Variable>) {
    this.#context = context;
    this.#writer = writer;
    this.#values = new Evaluator(context.store, context.session, variables);
  }

  /** The answer's tokens up to the last DONE. Reads rows only as fast as they are pulled. */
  async *run(statements: readonly Statement[]): Pieces {
    const { session } = this.#context;
    for (const statement of statements) {
      try {
        session.lastError = 0;
        yield* this.#statement(statement);
      } catch (thrown) {
        const error = asServerError(thrown, this.#context.store.catalog);
        if (error.line === 1) error.line = statement.line;
        session.lastError = error.number;
        this.errors.push(error);
        yield* this.#writer.error(error);
        yield* this.#writer.endStatement({ error: true });
        if (!BATCH_GOES_ON.has(error.number) || session.options.get('XACT_ABORT') === 'ON') return;
      }
    }
  }

  async *#statement(statement: Statement): Pieces {
    switch (statement.kind) {
      case 'query':
        yield* this.#query(statement.query);
        return;
      case 'if': {
        const met = this.#values.isMet(statement.condition);
        const branch = met ? statement.met : statement.otherwise;
        if (branch !== undefined) yield* this.#statement(branch);
        return;
      }
      case 'block':
        for (const each of statement.statements) yield* this.#statement(each);
        return;
      case 'print':
        yield* this.#writer.message(this.#values.text(statement.value));
        yield* this.#writer.endStatement({ command: COMMANDS.other });
        return;
      case 'wait':
        // A client that has gone is not worth staying for.
        await new Promise((resolve) => setTimeout(resolve, statement.delayMs).unref());
        yield* this.#writer.endStatement({ command: COMMANDS.other });
        return;
      case 'execute':
        yield* this.#execute(statement);
        return;
      case 'declare':
        this.#values.declare(statement);
        return;
      default:
        yield* this.#effect(statement);
    }
  }

  /** Statements that give no rows. */
  async *#effect(statement: Statement): Pieces {
    const { session, store } = this.#context;
    session.lastRowCount = 0;
    switch (statement.kind) {
      case 'option':
        session.options.set(statement.name, statement.value);
        break;
      case 'use':
        if (store.catalog.state.name.toLowerCase() !== statement.database.toLowerCase()) {
          throw sqlError.noDatabase(statement.database);
        }
        break;
      case 'assign':
        this.#values.assign(statement.name, statement.value);
        break;
      case 'transaction':
        session.transact(statement.action);
        break;
      case 'raise':
        throw new SqlServerError(
          statement.number,
          statement.severity,
          statement.state,
          this.#values.text(statement.message),
        );
      case 'insert':
      case 'update':
      case 'delete':
      case 'truncate':
        yield* this.#change(statement);
        return;
      default:
        define(statement, store, this.#values.place());
    }
    yield* this.#writer.endStatement({ command: COMMANDS.other });
  }

  async *#change(statement: RowChange): Pieces {
    const { session } = this.#context;
    const rowCount = this.#changeRows(statement);
    session.lastRowCount = rowCount;
    const command = COMMANDS[statement.kind as keyof typeof COMMANDS] ?? COMMANDS.other;
    const counted = session.noCount || statement.kind === 'truncate' ? {} : { rowCount };
    yield* this.#writer.endStatement({ ...counted, command });
  }

  #changeRows(statement: RowChange): number {
    const { session, store } = this.#context;
    if (session.transactions === 0 || statement.kind === 'truncate') {
      return changeRows(statement, store, this.#values.translation());
    }
    const translation = this.#values.repeatable();
    session.pending ??= new LateTransaction(store);
    return session.pending.run(() => changeRows(statement, store, translation()));
  }

  async *#query(query: Query): Pieces {
    const { session, store } = this.#context;
    const translation = this.#values.translation();
    const { sql, columns } = queryEmitter(translation)(query, undefined, 'result');
    await checkReads(translation, session, this.#context.rules);
    if (translation.readsCatalog) store.refreshSystemTables();
    const statement = store.sqlite.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const rows = (
      this.#readsAtOnce(translation)
        ? session.look(() => statement.all(...translation.bindings))
        : statement.iterate(...translation.bindings)
    ) as Iterable<Stored[]>;
    const variables = assigned(query);
    if (variables !== undefined) {
      const types = columns.map(({ type }) => type);
      session.lastRowCount = this.#values.assignRows(variables, types, rows);
      return;
    }
    const wire: WireColumn[] = columns.map(({ name, type }) => ({ name, type }));
    yield* this.#writer.columns(wire);
    const rowCount = yield* this.#writer.rows(wire, limitedTo(rows, session.rowLimit));
    session.lastRowCount = rowCount;
    yield* this.#writer.endStatement({ ...(session.noCount ? {} : { rowCount }), command: COMMANDS.select });
  }

  /**
   * Catalog views are written anew by the next session that asks for them. Changes, and rows of tracked tables under
   * SNAPSHOT, are to be those of one moment, whatever is written while the client reads.
   */
  #readsAtOnce({ readsCatalog, changesOf, tables }: Translation): boolean {
    const { session, store } = this.#context;
    if (readsCatalog || changesOf.size > 0 || session.pending !== undefined) return true;
    const tracked = store.catalog.tracking.tables;
    return session.isolation === 'SNAPSHOT' && [...tables.keys()].some((table) => tracked.has(table));
  }

  async *#execute({ procedure, args }: StatementOf<'execute'>): Pieces {
    const name = procedure.at(-1)!;
    if (name.toLowerCase() === 'sp_executesql' && args[0] !== undefined) {
      yield* this.run(this.#context.parse(this.#values.text(args[0].value)));
      return;
    }
    const sql = this.#context.procedure(procedure.join('.')) ?? this.#context.procedure(name);
    if (sql === undefined) throw sqlError.noProcedure(procedure.join('.'));
    yield* this.run(this.#context.parse(sql));
  }
}

/** The variables of `SELECT @a = …, @b = …`. */
function assigned({ body }: Query): string[] | undefined {
  const items: Select['items'] = body.kind === 'select' ? body.items : [];
  const variables = items.flatMap((item) => (item.kind === 'assign' ? [item.variable] : []));
  return variables.length > 0 ? variables : undefined;
}

/** SET ROWCOUNT; 0 is no limit. */
function* limitedTo<Row>(rows: Iterable<Row>, limit: number): Generator<Row> {
  let count = 0;
  for (const row of rows) {
    yield row;
    if (++count === limit) return;
  }
}
