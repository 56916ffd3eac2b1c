import { ByteWriter } from './byte-writer.ts';
import { type CollationName, collationBytes } from './collations.ts';
import { counted } from './status-tokens.ts';

const TEXT_CHANGES = { database: 1, language: 2, charset: 3, 'packet-size': 4, 'mirroring-partner': 13 } as const;
const BYTE_CHANGES = { collation: 7, begin: 8, commit: 9, rollback: 10, 'transaction-ended': 17, reset: 18 } as const;

const ENVCHANGE = 0xe3;

/** ENVCHANGE with texts: MS-TDS 2.2.7.9. */
export function envChange(kind: keyof typeof TEXT_CHANGES, newValue: string, oldValue = ''): Buffer {
  const body = new ByteWriter();
  body.u8(TEXT_CHANGES[kind]);
  body.shortText(newValue);
  body.shortText(oldValue);
  return counted(ENVCHANGE, body);
}

/** ENVCHANGE with bytes: collations, 8-byte transaction descriptors, nothing at all for a reset. */
export function envChangeBytes(
  kind: keyof typeof BYTE_CHANGES,
  newValue: Uint8Array = new Uint8Array(),
  oldValue: Uint8Array = new Uint8Array(),
): Buffer {
  const body = new ByteWriter();
  body.u8(BYTE_CHANGES[kind]);
  body.u8(newValue.length);
  body.bytes(newValue);
  body.u8(oldValue.length);
  body.bytes(oldValue);
  return counted(ENVCHANGE, body);
}

export function envChangeCollation(name: CollationName): Buffer {
  return envChangeBytes('collation', collationBytes(name));
}

/** ENVCHANGE 20: the client is to log in elsewhere (Azure, read-only routing). */
export function envChangeRouting(server: string, port: number): Buffer {
  const route = new ByteWriter();
  route.u8(0);
  route.u16(port);
  route.longText(server);
  const bytes = route.take();
  const body = new ByteWriter();
  body.u8(20);
  body.u16(bytes.length);
  body.bytes(bytes);
  body.u16(0);
  return counted(ENVCHANGE, body);
}

export interface LoginAck {
  readonly program?: string;
  /** Major, minor, build high, build low. */
  readonly version?: readonly [number, number, number, number];
}

const TDS_7_4 = 0x74000004;

/** MS-TDS 2.2.7.14. */
export function loginAck({ program = 'Microsoft SQL Server', version = [16, 0, 0x10, 0x00] }: LoginAck = {}): Buffer {
  const body = new ByteWriter();
  body.u8(1);
  body.u32BigEndian(TDS_7_4);
  body.shortText(program);
  for (const part of version) body.u8(part);
  return counted(0xad, body);
}

/** FEATUREEXTACK: MS-TDS 2.2.7.11. `features` are id and acknowledged bytes; 0x0A with [1] says UTF-8 is spoken. */
export function featureExtAck(features: readonly (readonly [id: number, bytes: Uint8Array])[]): Buffer {
  const out = new ByteWriter();
  out.u8(0xae);
  for (const [id, bytes] of features) {
    out.u8(id);
    out.u32(bytes.length);
    out.bytes(bytes);
  }
  out.u8(0xff);
  return out.take();
}
