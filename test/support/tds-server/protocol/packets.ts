/** Packet types of TDS 7.4 (MS-TDS 2.2.3.1.1). */
export const PacketType = {
  sqlBatch: 0x01,
  rpc: 0x03,
  tabularResult: 0x04,
  attention: 0x06,
  transaction: 0x0e,
  login7: 0x10,
  prelogin: 0x12,
} as const;

/** Bulk loads, federated and integrated logins among them, though nobody here sends any. */
const KNOWN_TYPES: ReadonlySet<number> = new Set([...Object.values(PacketType), 0x07, 0x08, 0x11]);

const PacketStatus = { endOfMessage: 0x01, ignore: 0x02, reset: 0x08, resetKeepTransaction: 0x10 } as const;

export const HEADER_BYTES = 8;
export const MIN_PACKET_BYTES = 512;
export const MAX_PACKET_BYTES = 32_767;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The peer broke the protocol; the only answer is to close the connection. */
export class ProtocolError extends Error {}

/** A request put together from its packets. */
export interface Message {
  readonly type: number;
  readonly payload: Buffer;
  readonly reset: 'no' | 'all' | 'keep-transaction';
  /** The client gave the message up while sending it (MS-TDS 2.2.3.1.2, status 0x02). */
  readonly ignored: boolean;
}

/** Writes a packet's header (MS-TDS 2.2.3.1) at `offset`. `bytes` is the packet's length, header included. */
export function writeHeader(
  target: Buffer,
  offset: number,
  packet: { readonly type: number; readonly bytes: number; readonly last: boolean; readonly spid: number; id: number },
): void {
  target[offset] = packet.type;
  target[offset + 1] = packet.last ? PacketStatus.endOfMessage : 0;
  target.writeUInt16BE(packet.bytes, offset + 2);
  target.writeUInt16BE(packet.spid & 0xffff, offset + 4);
  target[offset + 6] = packet.id & 0xff;
  target[offset + 7] = 0;
}

/** A short message as its packets, for what is sent before a packet size is agreed on. */
export function packMessage(type: number, payload: Buffer, packetBytes: number): Buffer {
  const room = packetBytes - HEADER_BYTES;
  const packets: Buffer[] = [];
  for (let at = 0, id = 1; at < payload.length || id === 1; at += room, id++) {
    const part = payload.subarray(at, at + room);
    const header = Buffer.alloc(HEADER_BYTES);
    const last = at + room >= payload.length;
    writeHeader(header, 0, { type, bytes: HEADER_BYTES + part.length, last, spid: 0, id });
    packets.push(header, part);
  }
  return Buffer.concat(packets);
}

/** Puts messages together from whatever chunks the socket gives. */
export class MessageAssembler {
  /** Longer packets than this break the protocol. */
  maxPacketBytes = MAX_PACKET_BYTES;
  #rest: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #partBytes = 0;
  #first: { type: number; status: number } | undefined;

  /** @throws ProtocolError for a length that cannot be, a type that changes in a message, or a message without end */
  push(chunk: Buffer): Message[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    while (bytes.length >= HEADER_BYTES) {
      if (!KNOWN_TYPES.has(bytes[0]!)) throw new ProtocolError(`A packet of type ${bytes[0]}, which TDS does not have`);
      const length = bytes.readUInt16BE(2);
      if (length < HEADER_BYTES || length > this.maxPacketBytes) {
        throw new ProtocolError(`A packet of ${length} bytes; allowed are ${HEADER_BYTES} to ${this.maxPacketBytes}`);
      }
      if (bytes.length < length) break;
      const message = this.#add(bytes[0]!, bytes[1]!, bytes.subarray(HEADER_BYTES, length));
      if (message !== undefined) messages.push(message);
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
    return messages;
  }

  #add(type: number, status: number, part: Buffer): Message | undefined {
    this.#first ??= { type, status };
    const first = this.#first;
    if (type !== first.type) throw new ProtocolError(`A packet of type ${type} inside a message of type ${first.type}`);
    this.#parts.push(part);
    this.#partBytes += part.length;
    if (this.#partBytes > MAX_MESSAGE_BYTES)
      throw new ProtocolError(`A message of more than ${MAX_MESSAGE_BYTES} bytes`);
    if ((status & PacketStatus.endOfMessage) === 0) return undefined;
    const payload = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    this.#first = undefined;
    return { type, payload, reset: resetOf(first.status), ignored: (status & PacketStatus.ignore) !== 0 };
  }
}

function resetOf(status: number): Message['reset'] {
  if ((status & PacketStatus.reset) !== 0) return 'all';
  return (status & PacketStatus.resetKeepTransaction) !== 0 ? 'keep-transaction' : 'no';
}
