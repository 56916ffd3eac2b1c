import type { PassThrough, Transform, TransformCallback } from 'node:stream';

/** MS-TDS 2.2.3.1: type, status, length of the whole packet (big endian), process, number, window. */
const HEAD_BYTES = 8;
const STATUS_AT = 1;
const LENGTH_AT = 2;
const END_OF_MESSAGE = 0x01;

/** What we use of tedious' stream that turns packets into messages. */
export interface PacketStream extends Transform {
  /** Bytes of a packet whose end has not come. */
  readonly bl: { readonly length: number; slice(): Buffer; consume(bytes: number): void };
}

/** Takes bytes of a response. While it has had enough, what it returns resolves when it wants more. */
export type TakePayload = (payload: Buffer) => Promise<void> | undefined;

/**
 * Gives the bytes of a long response to whoever decodes them, as they lie in what the socket gave. tedious would join the
 * pieces of a packet, make an object of it and pass it through one more stream: a third of what receiving costs.
 * The first packets and the last one stay tedious' own, so that it sees a message begin and end as always.
 */
export class PacketTap {
  readonly #stream: PacketStream;
  readonly #transform: Transform['_transform'];
  #message: PassThrough | undefined;
  #take: TakePayload | undefined;
  /** Whether packets are taken here and not by tedious. */
  #isOpen = false;
  /** Bytes that the packet at hand still has. */
  #left = 0;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;

  constructor(stream: PacketStream) {
    this.#stream = stream;
    this.#transform = stream._transform.bind(stream);
    stream._transform = (chunk: Buffer, encoding, done) => this.#pass(chunk, encoding, done);
  }

  /** From now on `take` gets what comes of the message, as soon as all that the message holds already was read. */
  open(message: PassThrough, take: TakePayload): void {
    this.#message = message;
    this.#take = take;
  }

  #close(): void {
    this.#isOpen = false;
    this.#message = undefined;
    this.#take = undefined;
  }

  #pass(chunk: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    const rooms: Promise<void>[] = [];
    if (!this.#isOpen && !this.#begin(rooms)) {
      this.#transform(chunk, encoding, done);
      return;
    }
    const at = this.#takePackets(chunk, rooms);
    const proceed = (): void => {
      if (this.#isOpen) done();
      else this.#giveBack(chunk.subarray(at), encoding, done);
    };
    if (rooms.length === 0) proceed();
    else void Promise.all(rooms).then(proceed);
  }

  /** False while the message holds bytes that come before ours, and when its last packet has begun. */
  #begin(rooms: Promise<void>[]): boolean {
    if (this.#take === undefined || !hasBeenRead(this.#message!)) return false;
    const { bl } = this.#stream;
    const begun = bl.slice();
    if (begun.length > 0 && (begun.length < HEAD_BYTES || !isOurs(begun))) return false;
    bl.consume(begun.length);
    this.#isOpen = true;
    if (begun.length === 0) return true;
    this.#left = begun.readUInt16BE(LENGTH_AT) - begun.length;
    this.#give(begun.subarray(HEAD_BYTES), rooms);
    return true;
  }

  #give(payload: Buffer, rooms: Promise<void>[]): void {
    const room = this.#take!(payload);
    if (room !== undefined) rooms.push(room);
  }

  /** Gives where the first byte stands that is not ours; the tap is closed then. */
  #takePackets(chunk: Buffer, rooms: Promise<void>[]): number {
    let at = 0;
    while (at < chunk.length && this.#isOpen) {
      if (this.#left === 0) {
        at = this.#takeHead(chunk, at);
        continue;
      }
      const end = Math.min(chunk.length, at + this.#left);
      this.#give(chunk.subarray(at, end), rooms);
      this.#left -= end - at;
      at = end;
    }
    return at;
  }

  #takeHead(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#head, this.#headBytes, at, at + HEAD_BYTES - this.#headBytes);
    this.#headBytes += taken;
    if (this.#headBytes < HEAD_BYTES) return at + taken;
    if (isOurs(this.#head)) {
      this.#left = this.#head.readUInt16BE(LENGTH_AT) - HEAD_BYTES;
      this.#headBytes = 0;
    } else this.#isOpen = false;
    return at + taken;
  }

  /** The last packet, or a damaged one, is tedious' from its head on. */
  #giveBack(rest: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    this.#close();
    this.#headBytes = 0;
    this.#transform(Buffer.concat([this.#head, rest]), encoding, done);
  }
}

/** Not so once it has ended: what comes then belongs to another message. */
function hasBeenRead(message: PassThrough): boolean {
  const { readableFlowing, readableLength, writableLength, writableEnded } = message;
  return readableFlowing === true && readableLength === 0 && writableLength === 0 && !writableEnded;
}

/** A packet in the middle of a message. One of impossible length is tedious' to refuse. */
function isOurs(head: Buffer): boolean {
  return (head[STATUS_AT]! & END_OF_MESSAGE) === 0 && head.readUInt16BE(LENGTH_AT) > HEAD_BYTES;
}
