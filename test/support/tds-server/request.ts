import type { WireType } from '../tds/wire-types.ts';

/** A parameter of sp_executesql. `name` is without its `@`; `value` is the server's text for it, null for NULL. */
export interface TdsParameter {
  readonly name: string;
  readonly type: WireType;
  readonly value: string | null;
}

/** What a client asks for: a batch of SQL, or sp_executesql with its parameters. */
export interface TdsRequest {
  readonly kind: 'batch' | 'rpc';
  readonly sql: string;
  readonly parameters: readonly TdsParameter[];
}

/**
 * A part of an answer's token stream: whole tokens. A plain array that begins with ROW or NBCROW counts as one row;
 * give `rows` when a piece has several, so that faults can count them.
 */
export type TdsPiece = Uint8Array | { readonly bytes: Uint8Array; readonly rows: number };

/** Pulled only while the socket takes bytes; its iterator's `return` is called when the client cancels or is gone. */
export type TdsAnswer = Iterable<TdsPiece> | AsyncIterable<TdsPiece>;

export type TransactionStep = 'begin' | 'commit' | 'rollback' | 'save';

export type TransactionIsolation =
  | 'read uncommitted'
  | 'read committed'
  | 'repeatable read'
  | 'serializable'
  | 'snapshot';

/** One connection, for tests to look at; it stays in the server's list after it closed. */
export interface TdsSession {
  readonly id: number;
  /** False until LOGIN7 was accepted. */
  readonly loggedIn: boolean;
  readonly user: string;
  readonly database: string;
  readonly appName: string;
  readonly hostName: string;
  readonly readOnlyIntent: boolean;
  /** The agreed packet size, header included. */
  readonly packetBytes: number;
  readonly encrypted: boolean;
  readonly open: boolean;
  /** Every request answered by the server's `answer`, in order; the driver's own SET batch is not among them. */
  readonly requests: readonly TdsRequest[];
  readonly attentions: number;
  readonly resets: number;
  readonly transactionSteps: readonly TransactionStep[];
  readonly inTransaction: boolean;
  /** What the last transaction began with; undefined where the client left it to the connection. */
  readonly isolation: TransactionIsolation | undefined;
  /** Bytes of token streams sent in answer to requests. */
  readonly answeredBytes: number;
}
