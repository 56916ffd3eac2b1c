import { ByteReader } from './byte-reader.ts';
import { ProtocolError } from './packets.ts';

/** The ENCRYPTION option of PRELOGIN (MS-TDS 2.2.6.5). */
export const Encryption = { off: 0, on: 1, notSupported: 2, required: 3 } as const;

/** Whether the server can encrypt, and whether it insists. */
export type EncryptionPolicy = 'none' | 'available' | 'required';

const Option = { version: 0x00, encryption: 0x01, instance: 0x02, threadId: 0x03, mars: 0x04, end: 0xff } as const;
/** SQL Server 2022, as in LOGINACK. */
const SERVER_VERSION = Buffer.from([16, 0, 0x10, 0x00, 0, 0]);

/** The options of a PRELOGIN message by their token. @throws ProtocolError for offsets outside the message */
export function parsePrelogin(payload: Buffer): ReadonlyMap<number, Buffer> {
  const reader = new ByteReader(payload);
  const options = new Map<number, Buffer>();
  for (;;) {
    const token = reader.uint8();
    if (token === Option.end) return options;
    const header = reader.take(4);
    const at = header.readUInt16BE(0);
    options.set(token, new ByteReader(payload, at).take(header.readUInt16BE(2)));
  }
}

/** What the client asks for; a client that does not say cannot encrypt. */
export function askedEncryption(options: ReadonlyMap<number, Buffer>): number {
  const asked = options.get(Option.encryption)?.[0] ?? Encryption.notSupported;
  if (asked > Encryption.required) throw new ProtocolError(`An encryption option of ${asked}; known are 0 to 3`);
  return asked;
}

/**
 * The server's side of the negotiation (MS-TDS 2.2.6.5). Encrypting the login alone is not offered: a client that does
 * not want encryption gets none, or is told that it is required.
 */
export function negotiateEncryption(asked: number, policy: EncryptionPolicy): number {
  if (policy === 'none') return Encryption.notSupported;
  if (asked === Encryption.on || asked === Encryption.required) return Encryption.on;
  return policy === 'required' ? Encryption.required : Encryption.notSupported;
}

export function preloginAnswer(encryption: number): Buffer {
  const options: readonly (readonly [number, Buffer])[] = [
    [Option.version, SERVER_VERSION],
    [Option.encryption, Buffer.from([encryption])],
    [Option.instance, Buffer.from([0])],
    [Option.threadId, Buffer.alloc(0)],
    [Option.mars, Buffer.from([0])],
  ];
  let at = options.length * 5 + 1;
  const headers = options.map(([token, value]) => {
    const header = Buffer.alloc(5);
    header[0] = token;
    header.writeUInt16BE(at, 1);
    header.writeUInt16BE(value.length, 3);
    at += value.length;
    return header;
  });
  return Buffer.concat([...headers, Buffer.from([Option.end]), ...options.map(([, value]) => value)]);
}
