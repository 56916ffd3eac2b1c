import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { ConnectionClosed } from './message-writer.ts';
import { HEADER_BYTES, PacketType, packMessage } from './packets.ts';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** TDS 7.4 was specified for TLS up to 1.2: in 1.3 the server speaks once more after the client has left PRELOGIN. */
const MAX_VERSION = 'TLSv1.2';
const HANDSHAKE_TIMEOUT_MS = 10_000;
const HANDSHAKE_PACKET_BYTES = 4096;
/** Turns of the event loop without output after which the server's part of the handshake is whole. */
const QUIET_TURNS = 3;

/** Encrypts the connection; resolves once the handshake is done. @throws ConnectionClosed when there is none in the end */
export async function startTls(socket: Socket, certificate: ServerCertificate): Promise<TLSSocket> {
  const secureContext = createSecureContext({ ...certificate, maxVersion: MAX_VERSION });
  const tls = new TLSSocket(new TlsCarrier(socket), { isServer: true, secureContext });
  await new Promise<void>((resolve, reject) => {
    const onTimeout = () => settle(new Error(`no TLS handshake within ${HANDSHAKE_TIMEOUT_MS} ms`));
    const timer = setTimeout(onTimeout, HANDSHAKE_TIMEOUT_MS);
    const settle = (failure?: Error) => {
      clearTimeout(timer);
      tls.off('secure', settle).off('_tlsError', settle).off('error', settle).off('close', onClose);
      if (failure === undefined) resolve();
      else reject(new ConnectionClosed('no TLS handshake', { cause: failure }));
    };
    const onClose = () => settle(new Error('closed during the TLS handshake'));
    tls.on('secure', settle).on('_tlsError', settle).on('error', settle).on('close', onClose);
  });
  return tls;
}

/**
 * What TLS writes and reads, on its way through the socket: inside PRELOGIN packets during the handshake (MS-TDS
 * 2.2.6.5), bare after it. The client's first bare byte, which is never a PRELOGIN packet's, ends the handshake.
 */
class TlsCarrier extends Duplex {
  readonly #socket: Socket;
  #bare = false;
  #received: Buffer = Buffer.alloc(0);
  /** What TLS wants to say in this turn of the handshake: the client expects it as one message. */
  #flight: Buffer[] = [];
  #quietTurns = 0;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#bare) {
      this.#socket.write(chunk, done);
      return;
    }
    this.#flight.push(chunk);
    this.#quietTurns = 0;
    if (this.#flight.length === 1) setImmediate(() => this.#sendWhenQuiet());
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #sendWhenQuiet(): void {
    if (this.#socket.destroyed) return;
    if (++this.#quietTurns < QUIET_TURNS) {
      setImmediate(() => this.#sendWhenQuiet());
      return;
    }
    this.#socket.write(packMessage(PacketType.prelogin, Buffer.concat(this.#flight), HANDSHAKE_PACKET_BYTES));
    this.#flight = [];
  }

  #receive(chunk: Buffer): void {
    if (this.#bare) {
      this.#give(chunk);
      return;
    }
    let bytes = Buffer.concat([this.#received, chunk]);
    while (bytes.length >= HEADER_BYTES && bytes[0] === PacketType.prelogin) {
      const length = Math.max(HEADER_BYTES, bytes.readUInt16BE(2));
      if (bytes.length < length) break;
      this.#give(bytes.subarray(HEADER_BYTES, length));
      bytes = bytes.subarray(length);
    }
    this.#received = bytes;
    if (bytes.length === 0 || bytes[0] === PacketType.prelogin) return;
    this.#bare = true;
    this.#give(bytes);
  }

  #give(bytes: Buffer): void {
    if (!this.push(bytes)) this.#socket.pause();
  }
}
