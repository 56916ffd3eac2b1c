import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  HEADER_BYTES,
  MessageAssembler,
  ProtocolError,
  packMessage,
} from '../../../../support/tds-server/protocol/packets.ts';

/** The same bytes in chunks cut at random places. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('messages', () => {
  it('come back from any packet size and any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 512, max: 32_767 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (payloads, packetBytes, places) => {
          const assembler = new MessageAssembler();
          const wire = Buffer.concat(payloads.map((payload) => packMessage(3, Buffer.from(payload), packetBytes)));
          const messages = cutAt(wire, places).flatMap((chunk) => assembler.push(chunk));
          expect(messages.map(({ payload }) => [...payload])).toEqual(payloads.map((payload) => [...payload]));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('come back when they arrive byte by byte', () => {
    const assembler = new MessageAssembler();
    const wire = packMessage(1, Buffer.alloc(1500, 'abc'), 512);
    const messages = [...wire].flatMap((byte) => assembler.push(Buffer.from([byte])));
    expect(messages).toEqual([{ type: 1, payload: Buffer.alloc(1500, 'abc'), reset: 'no', ignored: false }]);
  });

  it('say in their first packet that the connection is to be reset, in their last that they do not count', () => {
    const wire = packMessage(1, Buffer.alloc(1000), 512);
    wire[1]! |= 0x08;
    wire[512 + 1]! |= 0x02;
    expect(new MessageAssembler().push(wire)).toMatchObject([{ reset: 'all', ignored: true }]);
    wire[1] = 0x10;
    expect(new MessageAssembler().push(wire)).toMatchObject([{ reset: 'keep-transaction' }]);
  });

  it('without content are one packet', () => {
    expect(packMessage(6, Buffer.alloc(0), 512)).toHaveLength(HEADER_BYTES);
  });

  it('with an impossible length or two types are refused', () => {
    const tooShort = packMessage(1, Buffer.alloc(10), 512);
    tooShort.writeUInt16BE(7, 2);
    expect(() => new MessageAssembler().push(tooShort)).toThrow(ProtocolError);
    const small = new MessageAssembler();
    small.maxPacketBytes = 512;
    expect(() => small.push(packMessage(1, Buffer.alloc(600), 4096))).toThrow(/608 bytes; allowed are 8 to 512/);
    const mixed = packMessage(1, Buffer.alloc(1000), 512);
    mixed[512] = 3;
    expect(() => new MessageAssembler().push(mixed)).toThrow(/type 3 inside a message of type 1/);
  });
});
