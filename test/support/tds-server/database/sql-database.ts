import type { WireColumn, WireType, WireValue } from '../../tds/wire-types.ts';
import type { TdsPiece, TdsRequest, TdsSession } from '../request.ts';
import { AdminTransaction } from './admin-transaction.ts';
import { AnswerWriter, COMMANDS } from './answer-writer.ts';
import { type BatchContext, BatchRun } from './batch-run.ts';
import { Catalog, type DatabaseState, type TableDefinition } from './catalog.ts';
import { parseBatch } from './parse-batch.ts';
import { RowCollector } from './row-collector.ts';
import { SessionState } from './session-state.ts';
import { SqlServerError } from './sql-error.ts';
import { type Stored, toStored } from './stored-values.ts';
import { TableStore } from './table-store.ts';
import type { Variable } from './translation.ts';

/** One SQL text that the server was asked to run. */
export interface SeenStatement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, WireValue>>;
  readonly sessionId: number;
  readonly appName: string;
}

interface KnownSession {
  readonly state: SessionState;
  resets: number;
  isolation: string | undefined;
}

const FIRST_OWN_SPID = 11;

/** A database that answers T-SQL: each request becomes a token stream, each session keeps what it has set. */
export class SqlDatabase {
  readonly store: TableStore;
  readonly statements: SeenStatement[] = [];
  /** SQL of procedures without parameters by their names in small letters. */
  readonly procedures = new Map<string, string>();
  readonly locks = new Map<TableDefinition, Promise<void>>();
  /** 1 sends every row as a piece of its own, so that faults can strike between any two; more is faster. */
  rowsPerPiece = 1;
  readonly #sessions = new WeakMap<TdsSession, KnownSession>();
  readonly #own = new SessionState(FIRST_OWN_SPID, 'sa', 'test', 'localhost');

  constructor(state: DatabaseState) {
    this.store = new TableStore(new Catalog(state));
  }

  get catalog(): Catalog {
    return this.store.catalog;
  }

  close(): void {
    this.store.close();
  }

  async *answer(request: TdsRequest, session: TdsSession): AsyncGenerator<TdsPiece> {
    const { sql, parameters, kind } = request;
    const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
    this.statements.push({ sql, parameters: values, sessionId: session.id, appName: session.appName });
    const state = this.#stateOf(session);
    const before = new Map(state.options);
    const variables = new Map<string, Variable>(
      parameters.map(({ name, type, value }) => [
        `@${name}`.toLowerCase(),
        { type, value: parameterValue(type, value) },
      ]),
    );
    try {
      yield* this.#run(sql, state, variables, new AnswerWriter(kind === 'rpc', this.rowsPerPiece));
    } finally {
      // What sp_executesql sets ends with it.
      if (kind === 'rpc') state.restore(before);
    }
  }

  /** Runs a batch as an administrator, outside of any connection, and gives the rows of its last result. */
  async run(sql: string): Promise<{ columns: readonly WireColumn[]; rows: WireValue[][]; rowCount: number }> {
    const collector = new RowCollector();
    const pieces = this.#run(sql, this.#own, new Map(), collector);
    for await (const _ of pieces);
    if (collector.errors[0] !== undefined) throw collector.errors[0];
    return { columns: collector.lastColumns, rows: collector.lastRows, rowCount: this.#own.lastRowCount };
  }

  /** A transaction of an administrator, beside all that is done else. */
  beginTransaction(): AdminTransaction {
    return new AdminTransaction(this.store, this.#own);
  }

  /** Rolls back what a session left open. */
  leave(session: TdsSession): void {
    this.#sessions.get(session)?.state.transact('rollback');
  }

  async *#run(
    sql: string,
    session: SessionState,
    variables: Map<string, Variable>,
    writer: AnswerWriter,
  ): AsyncGenerator<TdsPiece> {
    const context: BatchContext = {
      store: this.store,
      session,
      rules: { locks: this.locks },
      procedure: (name) => this.procedures.get(name.toLowerCase()),
      parse: parseBatch,
    };
    const run = new BatchRun(context, writer, variables);
    const parsed = parsedOrError(sql);
    if (parsed instanceof SqlServerError) {
      yield* writer.error(parsed);
      yield* writer.endStatement({ error: true, command: COMMANDS.other });
      yield* writer.end(true);
      return;
    }
    yield* run.run(parsed);
    yield* writer.end(run.errors.length > 0);
  }

  #stateOf(session: TdsSession): SessionState {
    let known = this.#sessions.get(session);
    if (known === undefined) {
      const state = new SessionState(session.id, session.user, session.appName, session.hostName);
      known = { state, resets: session.resets, isolation: undefined };
      this.#sessions.set(session, known);
    }
    if (known.resets !== session.resets) known.state.reset();
    known.resets = session.resets;
    if (known.isolation !== session.isolation && session.isolation !== undefined) {
      known.state.options.set('TRANSACTION ISOLATION LEVEL', session.isolation.toUpperCase());
    }
    known.isolation = session.isolation;
    known.state.inDriverTransaction = session.inTransaction;
    return known.state;
  }
}

/** A real is the 32 bits that came, of which its text has no more digits than it needs. */
function parameterValue(type: WireType, value: WireValue): Stored {
  const stored = toStored(type, value);
  return type.kind === 'real' && typeof stored === 'number' ? Math.fround(stored) : stored;
}

function parsedOrError(sql: string): ReturnType<typeof parseBatch> | SqlServerError {
  try {
    return parseBatch(sql);
  } catch (thrown) {
    if (thrown instanceof SqlServerError) return thrown;
    throw thrown;
  }
}
