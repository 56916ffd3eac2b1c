import { Connection, type ConnectionConfiguration, Request } from 'tedious';
import type { TokenHandler } from 'tedious/lib/token/handler.js';
import type { ErrorMessageToken } from 'tedious/lib/token/token.js';
import type { Parser as TokenStreamParser } from 'tedious/lib/token/token-stream-parser.js';
import { ExtractionRequest } from './extraction-request.ts';
import { ResponseParser } from './response-parser.ts';
import { type PacketStream, PacketTap } from './tds/packet-tap.ts';

/** What the server tells of an error, kept on the driver's error. */
export interface ServerFacts {
  readonly number: number;
  readonly state: number;
  readonly class: number;
  readonly serverName: string;
}

type Message = Parameters<Connection['createTokenStreamParser']>[0];

const LOGIN_FAILED = 18456;

/**
 * tedious' connection, except that the rows of extraction requests are decoded by us, and that a refused login
 * keeps what the server said about it.
 */
export class ExtractionConnection extends Connection {
  #tap: PacketTap | undefined;

  constructor(config: ConnectionConfiguration) {
    super(config);
    const refusals: ErrorMessageToken[] = [];
    const note = (token: ErrorMessageToken): void => void refusals.push(token);
    this.on('errorMessage', note);
    // Before Sequelize listens, as it wraps the error.
    this.once('connect', (error?: Error) => {
      this.off('errorMessage', note);
      if (error === undefined) this.#watchPackets();
      else keepServerFacts(error, refusals);
    });
  }

  /** tedious does not notice a damaged packet inside of a message, and would wait for the rest of it for ever. */
  #watchPackets(): void {
    const io = this.messageIo as unknown as { readonly incomingMessageStream: PacketStream } | undefined;
    if (io === undefined) return;
    io.incomingMessageStream.once('error', (error: Error) => this.socket?.destroy(error));
    this.#tap = new PacketTap(io.incomingMessageStream);
  }

  /** tedious calls this once per response; the one hook that all of the decoding hangs on. */
  override createTokenStreamParser(message: Message, handler: TokenHandler): TokenStreamParser {
    return this.#silentOnceClosed(this.#parserOf(message, handler));
  }

  #parserOf(message: Message, handler: TokenHandler): TokenStreamParser {
    const { request } = this;
    if (!(request instanceof ExtractionRequest && request.claimResponse())) {
      return super.createTokenStreamParser(message, handler);
    }
    // tedious listens, pauses and resumes, and asks for nothing else of a parser.
    const parser = new ResponseParser(message, handler, this.config.options, request);
    this.#tap?.open(message, (payload) => parser.take(payload));
    return parser as unknown as TokenStreamParser;
  }

  /**
   * The end of a response that was read after the connection had closed would make tedious call back a request that
   * is no longer there: an exception outside of everything that could catch it, so the end of the process.
   */
  #silentOnceClosed(parser: TokenStreamParser): TokenStreamParser {
    const emit = parser.emit.bind(parser);
    parser.emit = (...event: Parameters<typeof emit>): boolean => !this.closed && emit(...event);
    return parser;
  }

  /** False while a request runs, inside a transaction, and when the connection is gone. */
  get isClean(): boolean {
    return this.state === this.STATE.LOGGED_IN && this.request === undefined && !this.inTransaction;
  }

  /**
   * Statements whose results nobody reads. What they SET holds for the session, which it would not do inside of the
   * sp_executesql that Sequelize uses.
   */
  async runBatch(sql: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.execSqlBatch(new Request(sql, (error) => (error ? reject(error) : resolve())));
    });
  }

  /** Sends an attention for whatever runs; resolves when the server has acknowledged it or the connection is gone. */
  async cancelRunning(): Promise<void> {
    const { request } = this;
    if (!(request instanceof Request)) return;
    const ended = new Promise<void>((resolve) => request.once('requestCompleted', resolve));
    request.cancel();
    await ended;
  }
}

/**
 * tedious keeps nothing but the text of the last message. Servers send the reason first (4060, no such database) and
 * then that the login failed (18456): the first other one tells more, and all are kept.
 */
function keepServerFacts(error: Error, refusals: readonly ErrorMessageToken[]): void {
  const telling = refusals.find((token) => token.number !== LOGIN_FAILED) ?? refusals[0];
  if (telling === undefined) return;
  const isAggregate = error instanceof AggregateError;
  for (const each of isAggregate ? [error, ...error.errors] : [error]) Object.assign(each, factsOf(telling));
  if (isAggregate || refusals.length === 1) return;
  const errors = refusals.map((token) => Object.assign(new Error(token.message), factsOf(token)));
  Object.assign(error, { errors, message: errors.map(({ message }) => message).join(' ') });
}

function factsOf({ number, state, class: severity, serverName }: ErrorMessageToken): ServerFacts {
  return { number, state, class: severity, serverName };
}
