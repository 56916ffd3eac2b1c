import { ByteReader } from './byte-reader.ts';
import { ProtocolError } from './packets.ts';

export interface Login7 {
  readonly tdsVersion: number;
  readonly packetBytes: number;
  readonly hostName: string;
  readonly user: string;
  readonly password: string;
  readonly appName: string;
  readonly serverName: string;
  readonly libraryName: string;
  readonly language: string;
  readonly database: string;
  readonly readOnlyIntent: boolean;
  /** Ids of the features asked for, such as 0x0A for UTF-8. */
  readonly features: readonly number[];
}

const FIXED_BYTES = 94;
const MAX_NAME_CHARACTERS = 128;
const TYPE_FLAGS_AT = 26;
const FLAGS3_AT = 27;
const READ_ONLY_INTENT = 0x20;
const EXTENSION_USED = 0x10;
const END_OF_FEATURES = 0xff;

/** Where each pair of offset and length stands in the fixed part (MS-TDS 2.2.6.4). */
const At = {
  host: 36,
  user: 40,
  password: 44,
  app: 48,
  server: 52,
  extension: 56,
  library: 60,
  language: 64,
  database: 68,
};

/** @throws ProtocolError when a length or an offset points outside the message */
export function parseLogin7(payload: Buffer): Login7 {
  const fixed = new ByteReader(payload);
  const length = fixed.uint32();
  if (length !== payload.length || length < FIXED_BYTES) {
    throw new ProtocolError(`LOGIN7 says ${length} bytes, the message has ${payload.length}`);
  }
  const textAt = (at: number) => textField(payload, at).toString('utf16le');
  return {
    tdsVersion: fixed.uint32(),
    packetBytes: fixed.uint32(),
    hostName: textAt(At.host),
    user: textAt(At.user),
    password: clearPassword(textField(payload, At.password)),
    appName: textAt(At.app),
    serverName: textAt(At.server),
    libraryName: textAt(At.library),
    language: textAt(At.language),
    database: textAt(At.database),
    readOnlyIntent: (payload[TYPE_FLAGS_AT]! & READ_ONLY_INTENT) !== 0,
    features: (payload[FLAGS3_AT]! & EXTENSION_USED) === 0 ? [] : featuresOf(payload),
  };
}

function textField(payload: Buffer, at: number): Buffer {
  const offset = payload.readUInt16LE(at);
  const characters = payload.readUInt16LE(at + 2);
  if (characters === 0) return Buffer.alloc(0);
  if (offset < FIXED_BYTES) throw new ProtocolError(`A text of LOGIN7 at ${offset}, inside the fixed part`);
  if (characters > MAX_NAME_CHARACTERS) {
    throw new ProtocolError(`A text of ${characters} characters in LOGIN7; at most ${MAX_NAME_CHARACTERS} are allowed`);
  }
  return new ByteReader(payload, offset).take(characters * 2);
}

/** Every byte was turned by its halves and XORed with 0xA5. */
function clearPassword(scrambled: Buffer): string {
  const clear = Buffer.from(scrambled.map((byte) => ((byte ^ 0xa5) << 4) | ((byte ^ 0xa5) >> 4)));
  return clear.toString('utf16le');
}

/** The extension's text is an offset to the list of features. */
function featuresOf(payload: Buffer): number[] {
  const pointer = new ByteReader(payload, payload.readUInt16LE(At.extension));
  const list = new ByteReader(payload, pointer.uint32());
  const features: number[] = [];
  for (;;) {
    const id = list.uint8();
    if (id === END_OF_FEATURES) return features;
    features.push(id);
    list.take(list.uint32());
  }
}
