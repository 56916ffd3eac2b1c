import type { Socket } from 'node:net';
import { type Message, MessageAssembler, PacketType } from './packets.ts';

/** A client that sends ahead is not read further than this. */
const MAX_WAITING = 8;

/** The client's messages in order, and the attentions among them as soon as they are there. */
export class Incoming {
  readonly assembler = new MessageAssembler();
  #interruption = new AbortController();
  #waiting: Message[] = [];
  #wake: (() => void) | undefined;
  #socket: Socket | undefined;
  #ended = false;
  #mindsAttention = false;
  /** Why no more messages will come, where it is the client's fault. */
  failure: Error | undefined;

  /** Reads from this socket from now on, and no longer from an earlier one. */
  readFrom(socket: Socket): void {
    this.detach();
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd).on('close', this.#onEnd);
    socket.resume();
  }

  detach(): void {
    this.#socket?.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    this.#socket = undefined;
  }

  /** The next message; undefined when the client ended the connection. @throws ProtocolError */
  async next(): Promise<Message | undefined> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        if (this.#waiting.length < MAX_WAITING) this.#socket?.resume();
        return message;
      }
      if (this.failure !== undefined) throw this.failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /**
   * A signal for one answer: aborted when the client's messages end and, if `mindAttention`, by an attention; also by
   * one that is already waiting.
   */
  watch(mindAttention: boolean): AbortSignal {
    this.#interruption = new AbortController();
    this.#mindsAttention = mindAttention;
    if (this.#ended || (mindAttention && this.#waiting.some(isAttention))) this.#interruption.abort();
    return this.#interruption.signal;
  }

  get ended(): boolean {
    return this.#ended;
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      const messages = this.assembler.push(chunk);
      this.#waiting.push(...messages);
      if (this.#mindsAttention && messages.some(isAttention)) this.#interruption.abort();
    } catch (error) {
      this.failure = error as Error;
      this.#ended = true;
      this.#interruption.abort();
    }
    if (this.#waiting.length >= MAX_WAITING) this.#socket?.pause();
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#interruption.abort();
    this.#wake?.();
  };
}

function isAttention({ type }: Message): boolean {
  return type === PacketType.attention;
}
