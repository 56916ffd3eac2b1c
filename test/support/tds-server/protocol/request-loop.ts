import { done, envChangeBytes, error } from '../../tds/tokens.ts';
import type { TdsAnswer, TdsRequest } from '../request.ts';
import type { SessionRecord } from '../session-record.ts';
import { type AnswerPiece, AnswerSender, asPiece } from './answer-sender.ts';
import type { ServerContext } from './connection.ts';
import { ConnectionCut, type PieceTransform } from './fault-transforms.ts';
import type { Incoming } from './incoming.ts';
import { ConnectionClosed, type MessageWriter } from './message-writer.ts';
import { type Message, PacketType, ProtocolError } from './packets.ts';
import { parseBatch, parseRpc, parseTransaction } from './requests.ts';
import { Transactions } from './transactions.ts';

const ANSWER_FAILED = 50_000;
const NO_SUCH_PROCEDURE = 2812;
const RESET_DONE = envChangeBytes('reset');

/** A session that has logged in: every message of the client gets one message in answer. */
export class RequestLoop {
  readonly #incoming: Incoming;
  readonly #writer: MessageWriter;
  readonly #session: SessionRecord;
  readonly #context: ServerContext;
  readonly #transactions: Transactions;
  /** The request being or last answered had the fault of ignoring attentions. */
  #ignoresAttention = false;

  constructor(incoming: Incoming, writer: MessageWriter, session: SessionRecord, context: ServerContext) {
    this.#incoming = incoming;
    this.#writer = writer;
    this.#session = session;
    this.#context = context;
    this.#transactions = new Transactions(context.nextDescriptor);
  }

  /** Until the client leaves. @throws ConnectionCut, ConnectionClosed, ProtocolError */
  async run(): Promise<void> {
    for (;;) {
      const message = await this.#incoming.next();
      if (message === undefined) return;
      if (message.type === PacketType.attention) await this.#acknowledge();
      else await this.#serve(message);
    }
  }

  async #acknowledge(): Promise<void> {
    this.#session.attentions++;
    if (!this.#ignoresAttention) await this.#send([done({ attention: true, command: 0 })]);
  }

  async #serve(message: Message): Promise<void> {
    this.#ignoresAttention = false;
    const prefix = this.#reset(message.reset);
    if (message.ignored) {
      await this.#send([...prefix, done({ command: 0 })]);
      return;
    }
    switch (message.type) {
      case PacketType.transaction:
        await this.#send([...prefix, this.#transact(message.payload)]);
        return;
      case PacketType.sqlBatch:
        await this.#answer(parseBatch(message.payload), prefix);
        return;
      case PacketType.rpc:
        await this.#call(message.payload, prefix);
        return;
      default:
        throw new ProtocolError(`A request of type ${message.type}, which this server does not know`);
    }
  }

  #reset(reset: Message['reset']): Uint8Array[] {
    if (reset === 'no') return [];
    this.#session.resets++;
    if (reset === 'all') this.#transactions.reset();
    this.#session.inTransaction = this.#transactions.current !== 0n;
    return [RESET_DONE];
  }

  #transact(payload: Buffer): Uint8Array {
    const request = parseTransaction(payload);
    const tokens = this.#transactions.answer(request);
    this.#session.transactionSteps.push(request.step);
    if (request.step === 'begin') this.#session.isolation = request.isolation;
    this.#session.inTransaction = this.#transactions.current !== 0n;
    return tokens;
  }

  async #call(payload: Buffer, prefix: Uint8Array[]): Promise<void> {
    const request = parseRpc(payload);
    if (!('procedure' in request)) {
      await this.#answer(request, prefix);
      return;
    }
    const message = `Could not find stored procedure '${request.procedure}'.`;
    await this.#send([...prefix, error({ number: NO_SUCH_PROCEDURE, state: 62, message }), done({ error: true })]);
  }

  async #answer(request: TdsRequest, prefix: Uint8Array[]): Promise<void> {
    if (isDriverSettings(request)) {
      await this.#send([...prefix, done({ command: 0 })]);
      return;
    }
    const { transforms, ignoresAttention } = this.#context.faults.takeRequest(request.sql);
    this.#session.requests.push(request);
    this.#ignoresAttention = ignoresAttention;
    const ended = this.#incoming.watch(!ignoresAttention);
    const sender = new AnswerSender(this.#writer, ended);
    try {
      await sender.send(prefix);
      const answer = this.#context.answer(request, this.#session);
      const whole = await sender.send(transforms.length === 0 ? answer : transformed(answer, transforms, ended));
      if (this.#incoming.ended) throw new ConnectionClosed();
      if (!whole) await this.#add(done({ error: true, command: 0 }));
    } catch (thrown) {
      await this.#answerFailed(thrown as Error);
    } finally {
      this.#session.answeredBytes += sender.sentBytes;
    }
    this.#writer.end();
    await this.#writer.drained();
  }

  /** @throws ConnectionCut and ConnectionClosed as they are; what an answer throws becomes an error of the server */
  async #answerFailed(thrown: Error): Promise<void> {
    if (thrown instanceof ConnectionCut && thrown.how === 'after-message') this.#writer.end();
    if (thrown instanceof ConnectionCut || thrown instanceof ConnectionClosed) throw thrown;
    this.#context.problems.push(thrown);
    const message = `The test server's answer failed: ${thrown.message}`;
    await this.#add(Buffer.concat([error({ number: ANSWER_FAILED, message }), done({ error: true, command: 0 })]));
  }

  async #send(tokens: readonly Uint8Array[]): Promise<void> {
    for (const token of tokens) await this.#add(token);
    this.#writer.end();
    await this.#writer.drained();
  }

  async #add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at = this.#writer.add(bytes, at);
      if (at < bytes.length) await this.#writer.drained();
    }
  }
}

/** The batch of SET statements that tedious sends of itself behind a login and a reset; no test asks for it. */
function isDriverSettings({ kind, sql }: TdsRequest): boolean {
  return (
    kind === 'batch' &&
    /^set ansi_nulls o(n|ff)\nset /.test(sql) &&
    sql.split('\n').every((line) => /^set \w/.test(line))
  );
}

function transformed(
  answer: TdsAnswer,
  transforms: readonly PieceTransform[],
  ended: AbortSignal,
): AsyncIterable<AnswerPiece> {
  return transforms.reduce<AsyncIterable<AnswerPiece>>((pieces, transform) => transform(pieces, ended), normal(answer));
}

async function* normal(answer: TdsAnswer): AsyncGenerator<AnswerPiece> {
  for await (const piece of answer) yield asPiece(piece);
}
