import { done, error, type ServerMessage } from '../tds/tokens.ts';
import {
  atRow,
  type CutHow,
  cutAtByte,
  dripping,
  losingRow,
  type PieceTransform,
  type RowIncident,
  withoutDone,
} from './protocol/fault-transforms.ts';

/** Which requests a fault is for: the next `times` (1) whose SQL matches (all do). */
export interface FaultAim {
  readonly matching?: RegExp;
  readonly times?: number;
}

/** What a connection's next login meets: these errors, or silence. */
export type LoginFault = { readonly errors: readonly ServerMessage[] | undefined } | 'stall';

interface ArmedFault {
  readonly name: string;
  readonly matching: RegExp | undefined;
  /** None for the fault that lies in attentions. */
  readonly transform: PieceTransform | undefined;
  left: number;
}

/** The faults of one request, in the order in which they were armed. */
export interface RequestFaults {
  readonly transforms: readonly PieceTransform[];
  readonly ignoresAttention: boolean;
}

const DEADLOCK =
  'Transaction (Process ID 57) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.';
const KILLED = 'Cannot continue the execution because the session is in the kill state.';

/**
 * What goes wrong, armed by a test for requests and logins to come. Rows are counted by the answer's pieces: a piece of
 * many rows counts when it was sent whole. A fault for row N waits for the first row or DONE with N rows before it, so
 * 0 is behind the column names and the number of all rows is in front of DONE.
 */
export class TdsFaults {
  /** Names of the faults that requests have met so far. */
  readonly met: string[] = [];
  #armed: ArmedFault[] = [];
  #logins: LoginFault[] = [];
  #refusedConnections = 0;

  /** The connection ends; `fin` as a server does that stops, `rst` as a network does. */
  cutAfterRows(rows: number, how: CutHow = 'fin', aim: FaultAim = {}): void {
    this.#at(`cut after ${rows} rows`, rows, { goesOn: how }, aim);
  }

  cutAfterBytes(bytes: number, how: CutHow = 'fin', aim: FaultAim = {}): void {
    this.#arm(`cut after ${bytes} bytes`, cutAtByte(bytes, how), aim);
  }

  /** Nothing more comes until the client cancels or closes. */
  stallAfterRows(rows: number, aim: FaultAim = {}): void {
    this.#at(`stall after ${rows} rows`, rows, { goesOn: 'stall' }, aim);
  }

  drip(bytes: number, everyMs: number, aim: FaultAim = {}): void {
    this.#arm(`${bytes} bytes every ${everyMs} ms`, dripping(bytes, everyMs), aim);
  }

  /** Tokens between two rows; the answer goes on behind them. */
  insertAfterRows(rows: number, tokens: Uint8Array, aim: FaultAim = {}): void {
    this.#at(`tokens after ${rows} rows`, rows, { bytes: tokens, goesOn: 'go-on' }, aim);
  }

  /** An ERROR, and then the remaining rows as if nothing were. */
  rowsBehindErrorAfterRows(rows: number, message: ServerMessage, aim: FaultAim = {}): void {
    this.#at(`error ${message.number} before more rows`, rows, { bytes: error(message), goesOn: 'go-on' }, aim);
  }

  /** An ERROR and a DONE with the error bit end the answer. */
  failAfterRows(rows: number, message: ServerMessage, aim: FaultAim = {}): void {
    const bytes = Buffer.concat([error(message), done({ error: true })]);
    this.#at(`error ${message.number} after ${rows} rows`, rows, { bytes, goesOn: 'end-message' }, aim);
  }

  /** The request is the victim of a deadlock: error 1205. */
  deadlockAfterRows(rows: number, aim: FaultAim = {}): void {
    this.failAfterRows(rows, { number: 1205, class: 13, state: 51, message: DEADLOCK }, aim);
  }

  /** Somebody kills the session: error 596, then the connection is gone. */
  killAfterRows(rows: number, aim: FaultAim = {}): void {
    const killed = error({ number: 596, class: 21, state: 1, message: KILLED });
    const bytes = Buffer.concat([killed, done({ error: true, serverError: true })]);
    this.#at(`killed after ${rows} rows`, rows, { bytes, goesOn: 'after-message' }, aim);
  }

  /** The message ends as it should, but at a row: no more rows and no DONE. */
  endAfterRows(rows: number, aim: FaultAim = {}): void {
    this.#at(`end after ${rows} rows`, rows, { goesOn: 'end-message' }, aim);
  }

  /** Every row comes, no DONE does. */
  endWithoutDone(aim: FaultAim = {}): void {
    this.#arm('end without DONE', withoutDone(), aim);
  }

  /** One row does not come, counted from 0; DONE counts it. */
  loseRow(index: number, aim: FaultAim = {}): void {
    this.#arm(`row ${index} lost`, losingRow(index), aim);
  }

  /** Attentions for the request are never answered, and do not stop its answer. */
  ignoreAttention(aim: FaultAim = {}): void {
    this.#arm('attention ignored', undefined, aim);
  }

  /** The next logins fail, by default as with a wrong password. */
  refuseLogins(times: number, message?: ServerMessage): void {
    for (let each = 0; each < times; each++)
      this.#logins.push({ errors: message === undefined ? undefined : [message] });
  }

  /** The next login gets no answer. */
  stallLogin(): void {
    this.#logins.push('stall');
  }

  /** The next connections are reset at once. */
  refuseConnections(times: number): void {
    this.#refusedConnections += times;
  }

  /** Faults that no request or login has met. */
  get pending(): number {
    return this.#armed.reduce((sum, { left }) => sum + left, 0) + this.#logins.length + this.#refusedConnections;
  }

  clear(): void {
    this.#armed = [];
    this.#logins = [];
    this.#refusedConnections = 0;
  }

  /** For the server: the faults of a request that has come. */
  takeRequest(sql: string): RequestFaults {
    const due = this.#armed.filter(({ matching }) => matching === undefined || sql.search(matching) >= 0);
    for (const fault of due) fault.left--;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    this.met.push(...due.map(({ name }) => name));
    return {
      transforms: due.flatMap(({ transform }) => transform ?? []),
      ignoresAttention: due.some(({ transform }) => transform === undefined),
    };
  }

  /** For the server: the fault of a login that has come. */
  takeLogin(): LoginFault | undefined {
    return this.#logins.shift();
  }

  /** For the server: whether a connection that has come is refused. */
  takeConnection(): boolean {
    if (this.#refusedConnections === 0) return false;
    this.#refusedConnections--;
    return true;
  }

  #at(name: string, rows: number, incident: RowIncident, aim: FaultAim): void {
    this.#arm(name, atRow(rows, incident), aim);
  }

  #arm(name: string, transform: PieceTransform | undefined, { matching, times = 1 }: FaultAim): void {
    this.#armed.push({ name, matching, transform, left: times });
  }
}
