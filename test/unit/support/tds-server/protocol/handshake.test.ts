import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventually } from '../../../../support/eventually.ts';
import { type Login7, parseLogin7 } from '../../../../support/tds-server/protocol/login7.ts';
import { ProtocolError, packMessage } from '../../../../support/tds-server/protocol/packets.ts';
import {
  askedEncryption,
  Encryption,
  negotiateEncryption,
  parsePrelogin,
  preloginAnswer,
} from '../../../../support/tds-server/protocol/prelogin.ts';
import { run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await rig.close();
});

/** A LOGIN7 message with these texts at the end of its fixed part, as tedious lays it out. */
function login7(texts: Readonly<Record<number, string>>): Buffer {
  const fixed = Buffer.alloc(94);
  const parts: Buffer[] = [fixed];
  let at = fixed.length;
  for (const [field, text] of Object.entries(texts)) {
    const bytes = Buffer.from(text, 'utf16le');
    fixed.writeUInt16LE(at, Number(field));
    fixed.writeUInt16LE(text.length, Number(field) + 2);
    parts.push(bytes);
    at += bytes.length;
  }
  fixed.writeUInt32LE(at, 0);
  return Buffer.concat(parts);
}

const USER_AT = 40;
const EXTENSION_AT = 56;

describe('PRELOGIN', () => {
  it('agrees on encryption as MS-TDS says', () => {
    const { off, on, notSupported, required } = Encryption;
    const agreed = (asked: number) =>
      (['none', 'available', 'required'] as const).map((policy) => negotiateEncryption(asked, policy));
    expect(agreed(off)).toEqual([notSupported, notSupported, required]);
    expect(agreed(on)).toEqual([notSupported, on, on]);
    expect(agreed(notSupported)).toEqual([notSupported, notSupported, required]);
    expect(agreed(required)).toEqual([notSupported, on, on]);
  });

  it('reads its own answer', () => {
    const options = parsePrelogin(preloginAnswer(Encryption.required));
    expect(askedEncryption(options)).toBe(Encryption.required);
    expect([...options.keys()]).toEqual([0, 1, 2, 3, 4]);
    expect(askedEncryption(new Map())).toBe(Encryption.notSupported);
  });

  it('with an offset outside, an unknown encryption or no end is refused', () => {
    const outside = preloginAnswer(Encryption.on);
    outside.writeUInt16BE(500, 1);
    expect(() => parsePrelogin(outside)).toThrow(ProtocolError);
    expect(() => parsePrelogin(Buffer.from([0]))).toThrow(ProtocolError);
    expect(() => askedEncryption(parsePrelogin(preloginAnswer(9)))).toThrow(/option of 9/);
  });
});

describe('LOGIN7', () => {
  it('has its texts where the offsets point', () => {
    expect(parseLogin7(login7({ 40: 'sa', 48: 'app', 68: 'shöp' }))).toMatchObject({
      user: 'sa',
      appName: 'app',
      database: 'shöp',
      hostName: '',
      password: '',
      features: [],
    });
  });

  it('with a length, an offset or a text that cannot be is refused', () => {
    const good = login7({ [USER_AT]: 'sa' });
    const spoilt = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(good);
      change(bytes);
      return () => parseLogin7(bytes);
    };
    expect(spoilt((bytes) => bytes.writeUInt32LE(good.length + 1, 0))).toThrow(/LOGIN7 says/);
    expect(spoilt((bytes) => bytes.writeUInt16LE(good.length - 1, USER_AT))).toThrow(/expected at/);
    expect(spoilt((bytes) => bytes.writeUInt16LE(10, USER_AT))).toThrow(/inside the fixed part/);
    expect(spoilt((bytes) => bytes.writeUInt16LE(129, USER_AT + 2))).toThrow(/129 characters/);
    expect(() => parseLogin7(Buffer.alloc(10))).toThrow(ProtocolError);
    const extension = login7({ [EXTENSION_AT]: 'xx' });
    extension[27] = 0x10;
    expect(() => parseLogin7(extension)).toThrow(ProtocolError);
  });

  it('is read or refused, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 90, maxLength: 300 }), fc.boolean(), (bytes, rightLength) => {
        const payload = Buffer.from(bytes);
        if (rightLength) payload.writeUInt32LE(payload.length, 0);
        let outcome: Login7 | ProtocolError;
        try {
          outcome = parseLogin7(payload);
        } catch (thrown) {
          outcome = thrown as ProtocolError;
        }
        expect(outcome instanceof ProtocolError || typeof outcome.user === 'string').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a client that does not speak TDS', () => {
  it.each([
    ['noise', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a login at once', packMessage(0x10, login7({ [USER_AT]: 'sa' }), 4096)],
    ['a prelogin of nothing', packMessage(0x12, Buffer.alloc(0), 4096)],
  ])('is dropped: %s', async (_, bytes) => {
    const server = await rig.server();
    const socket = connect(server.port, server.host);
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve).resume());
    await eventually(() => !server.sessions[0]!.open);
    expect(server.problems).toHaveLength(1);
    expect(server.problems[0]).toBeInstanceOf(ProtocolError);
    expect(await run(await rig.connect(server), 'SELECT id')).toMatchObject({ rowCount: 3 });
  });
});
