import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConnectionClosed, MessageWriter } from '../../../../support/tds-server/protocol/message-writer.ts';
import { HEADER_BYTES, MessageAssembler } from '../../../../support/tds-server/protocol/packets.ts';

/** A socket as far as a writer needs one, and what came out of it. */
function sink(highWaterMark = 1 << 20) {
  const stream = new PassThrough({ highWaterMark });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  return { socket: stream as unknown as Socket, wire: () => Buffer.concat(chunks) };
}

async function send(writer: MessageWriter, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      at = writer.add(piece, at);
      if (at < piece.length) await writer.drained();
    }
  }
  writer.end();
}

/** Status byte and length of each packet. */
function packetsOf(wire: Buffer): (readonly [status: number, bytes: number, id: number])[] {
  const packets: (readonly [number, number, number])[] = [];
  for (let at = 0; at < wire.length; at += wire.readUInt16BE(at + 2)) {
    packets.push([wire[at + 1]!, wire.readUInt16BE(at + 2), wire[at + 6]!]);
  }
  return packets;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a message writer', () => {
  it('packs any pieces into full packets and marks the last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 8 }),
        fc.constantFrom(512, 513, 4096, 32_767),
        fc.constantFrom(1, 1 << 20),
        async (pieces, packetBytes, highWaterMark) => {
          const { socket, wire } = sink(highWaterMark);
          const writer = new MessageWriter(socket, packetBytes, 51);
          await send(writer, pieces);
          await writer.drained();
          await send(writer, [Buffer.from([1])]);
          await turn();
          const whole = Buffer.concat(pieces);
          const messages = new MessageAssembler().push(wire());
          expect(messages.map(({ payload }) => payload)).toEqual([whole, Buffer.from([1])]);
          const full = Math.max(1, Math.ceil(whole.length / (packetBytes - HEADER_BYTES)));
          const packets = packetsOf(wire());
          expect(packets).toHaveLength(full + 1);
          expect(packets.slice(0, full - 1).every(([status, bytes]) => status === 0 && bytes === packetBytes)).toBe(
            true,
          );
          expect(packets.map(([status]) => status).filter((status) => status === 1)).toHaveLength(2);
          expect(packets.at(-1)).toEqual([1, HEADER_BYTES + 1, 1]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('ends a message that fills its packet without an empty one behind it', async () => {
    const { socket, wire } = sink();
    await send(new MessageWriter(socket, 512, 51), [Buffer.alloc(2 * 504)]);
    await turn();
    expect(packetsOf(wire())).toEqual([
      [0, 512, 1],
      [1, 512, 2],
    ]);
  });

  it('sends a packet before it is full when told to', async () => {
    const { socket, wire } = sink();
    const writer = new MessageWriter(socket, 512, 51);
    writer.flush();
    writer.add(Buffer.from('abc'), 0);
    writer.flush();
    await turn();
    expect(packetsOf(wire())).toEqual([[0, 11, 1]]);
    await send(writer, [Buffer.alloc(600)]);
    await turn();
    expect(packetsOf(wire()).map(([status, bytes]) => [status, bytes])).toEqual([
      [0, 11],
      [0, 512],
      [1, 104],
    ]);
  });

  it('takes no more than the socket does', () => {
    const stream = new PassThrough({ highWaterMark: 64 * 1024 });
    const writer = new MessageWriter(stream as unknown as Socket, 4096, 51);
    const taken = writer.add(Buffer.alloc(10_000_000), 0);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(500_000);
    expect(writer.add(Buffer.alloc(10_000_000), taken)).toBe(taken);
  });

  it('stops when the socket is gone', async () => {
    const stream = new PassThrough({ highWaterMark: 1024 });
    const writer = new MessageWriter(stream as unknown as Socket, 4096, 51);
    writer.add(Buffer.alloc(1_000_000), 0);
    const waiting = writer.drained();
    stream.destroy();
    await expect(waiting).rejects.toThrow(ConnectionClosed);
    await expect(writer.drained()).rejects.toThrow(ConnectionClosed);
  });
});
