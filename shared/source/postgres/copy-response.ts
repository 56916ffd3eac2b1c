import type { Duplex } from 'node:stream';
import type { RecordBatch } from 'apache-arrow';
import type pg from 'pg';
import type { BatchFeed } from '../batch-feed.ts';
import type { CopyDecoder } from './copy-decoder.ts';
import { CopyMessages } from './copy-messages.ts';

const ERROR_RESPONSE = 0x45; // E

type DataListener = (chunk: Buffer) => void;

/**
 * A COPY as pg's client takes it in the place of a query. While the rows come, the socket's bytes go to the decoder
 * instead of pg's parser, which would make an object of every row. The command, errors, the count of the rows and whatever
 * comes behind the rows are pg's. The one thing relied on: pg reads its socket by a single listener for `data`.
 */
export class CopyResponse implements pg.Submittable {
  readonly #sql: string;
  readonly #decoder: CopyDecoder;
  readonly #messages: CopyMessages;
  readonly #feed: BatchFeed;
  #socket: Duplex | undefined;
  #driverListener: DataListener | undefined;
  #rowCount = 0;
  readonly #onData: DataListener = (chunk) => this.#take(chunk);

  constructor(sql: string, decoder: CopyDecoder, feed: BatchFeed) {
    this.#sql = sql;
    this.#decoder = decoder;
    this.#messages = new CopyMessages(decoder);
    this.#feed = feed;
  }

  /** Rows by the server's own count. Right only after the server is ready for the next command. */
  get serverRowCount(): number {
    return this.#rowCount;
  }

  /** Called by pg when it is the COPY's turn. What it returns goes to `handleError`. */
  submit(connection: pg.Connection): Error | undefined {
    const { stream } = connection;
    const [listener, ...others] = stream.listeners('data') as DataListener[];
    if (listener === undefined || others.length > 0) {
      return new Error(`pg reads its socket by ${stream.listenerCount('data')} listeners, not by one`);
    }
    this.#driverListener = listener;
    this.#socket = stream;
    // Never without a listener, or the socket would stop.
    stream.on('data', this.#onData);
    stream.off('data', listener);
    connection.query(this.#sql);
    return undefined;
  }

  /** An error of the server, or the end of the connection. */
  handleError(error: Error): void {
    this.#feed.settle(error);
  }

  handleCommandComplete({ text }: { readonly text?: string }): void {
    const [, count] = /^COPY (\d+)/.exec(text ?? '') ?? [];
    if (count !== undefined) this.#rowCount = Number(count);
  }

  handleReadyForQuery(): void {}

  #take(chunk: Buffer): void {
    if (this.#feed.stopped) {
      this.#socket!.pause();
      return;
    }
    this.#feed.heard();
    const end = this.#decode(chunk);
    // Outside of what is caught, so that a failure of pg is not taken for one of the rows.
    if (end < chunk.length) this.#driverListener!.call(this.#socket, chunk.subarray(end));
  }

  /** Gives where the driver's part of the chunk begins; its length when there is none. */
  #decode(chunk: Buffer): number {
    const feed = this.#feed;
    const closed: RecordBatch[] = [];
    try {
      const end = this.#messages.take(chunk, closed);
      const room = feed.add(closed);
      if (end < chunk.length) this.#handBack(chunk[end]!);
      else if (room !== undefined) this.#pauseUntil(room);
      return end;
    } catch (error) {
      // Nothing more is read: whoever reads the feed ends the connection.
      this.#socket!.pause();
      feed.stop(error);
      return chunk.length;
    }
  }

  #pauseUntil(room: Promise<void>): void {
    const socket = this.#socket!;
    socket.pause();
    void room.then(() => {
      if (!this.#feed.stopped) socket.resume();
    });
  }

  /** The rows have ended with a message of another type: what follows is pg's again. */
  #handBack(messageType: number): void {
    const socket = this.#socket!;
    socket.on('data', this.#driverListener!);
    socket.off('data', this.#onData);
    if (messageType === ERROR_RESPONSE) return;
    this.#feed.complete(this.#decoder.finish());
    this.#feed.settle(undefined);
  }
}
