import type { Socket } from 'node:net';
import { HEADER_BYTES, PacketType, writeHeader } from './packets.ts';

/** Several packets go to the socket in one write. */
const BLOCK_BYTES = 128 * 1024;
const KEPT_BLOCKS = 4;

/** The client is gone; nothing more can be sent. */
export class ConnectionClosed extends Error {}

/**
 * Packs token streams into packets of the agreed size, one copy of each byte. A packet is closed only when more bytes
 * follow, because the last packet of a message says so in its header.
 */
export class MessageWriter {
  readonly #socket: Socket;
  readonly #spid: number;
  #packetBytes: number;
  #block: Buffer;
  #free: Buffer[] = [];
  /** Start of the open packet in the block, and where its next byte goes. */
  #packet = 0;
  #at = HEADER_BYTES;
  #packetId = 1;
  #full = false;

  constructor(socket: Socket, packetBytes: number, spid: number) {
    this.#socket = socket;
    this.#spid = spid;
    this.#packetBytes = packetBytes;
    this.#block = this.#newBlock();
  }

  /** To be called between messages. */
  set packetBytes(packetBytes: number) {
    this.#packetBytes = packetBytes;
    this.#free = [];
    this.#startBlock();
  }

  /** Bytes of the open packet that are not sent yet. */
  get waitingBytes(): number {
    return this.#at - this.#packet - HEADER_BYTES;
  }

  /**
   * Takes bytes from `from` on until the socket wants no more for now; returns where it stopped. Before going on
   * await `drained`.
   */
  add(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const packetEnd = this.#packet + this.#packetBytes;
      if (this.#at === packetEnd) this.#closePacket(false);
      if (this.#full) return at;
      const room = this.#packet + this.#packetBytes - this.#at;
      const count = Math.min(room, bytes.length - at);
      this.#block.set(count === bytes.length ? bytes : bytes.subarray(at, at + count), this.#at);
      this.#at += count;
      at += count;
    }
    return at;
  }

  /** Sends the open packet as it is, without ending the message. */
  flush(): void {
    if (this.waitingBytes > 0) this.#closePacket(false);
    this.#send();
  }

  /** Ends the message and sends it. */
  end(): void {
    this.#closePacket(true);
    this.#send();
    this.#packetId = 1;
  }

  /** @throws ConnectionClosed */
  async drained(): Promise<void> {
    if (this.#socket.destroyed || !this.#socket.writable) throw new ConnectionClosed();
    if (!this.#socket.writableNeedDrain) this.#full = false;
    if (!this.#full) return;
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        this.#socket.off('drain', settle).off('close', settle);
        if (this.#socket.destroyed) reject(new ConnectionClosed());
        else resolve();
      };
      this.#socket.on('drain', settle).on('close', settle);
    });
    this.#full = false;
  }

  #closePacket(last: boolean): void {
    const bytes = this.#at - this.#packet;
    const type = PacketType.tabularResult;
    writeHeader(this.#block, this.#packet, { type, bytes, last, spid: this.#spid, id: this.#packetId++ });
    this.#packet = this.#at;
    this.#at += HEADER_BYTES;
    if (this.#packet + this.#packetBytes > this.#block.length) this.#send();
  }

  /** Hands every closed packet of the block to the socket. */
  #send(): void {
    if (this.#packet === 0) return;
    const block = this.#block;
    if (!this.#socket.writable) this.#full = true;
    else if (!this.#socket.write(block.subarray(0, this.#packet), () => this.#recycle(block))) this.#full = true;
    this.#startBlock();
  }

  #startBlock(): void {
    this.#block = this.#free.pop() ?? this.#newBlock();
    this.#packet = 0;
    this.#at = HEADER_BYTES;
  }

  #newBlock(): Buffer {
    return Buffer.allocUnsafeSlow(this.#packetBytes * Math.max(1, Math.floor(BLOCK_BYTES / this.#packetBytes)));
  }

  #recycle(block: Buffer): void {
    const fits = block.length === this.#block.length;
    if (fits && this.#free.length < KEPT_BLOCKS) this.#free.push(block);
  }
}
