import type { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import IncomingMessageStream from 'tedious/lib/incoming-message-stream.js';
import { type PacketStream, PacketTap } from '../../../../../shared/source/mssql/tds/packet-tap.ts';

const silent = { packet: () => {}, data: () => {} };
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

function packet(payload: Buffer, isLast = false, length = payload.length + 8): Buffer {
  const head = Buffer.from([0x04, isLast ? 1 : 0, 0, 0, 0, 0, 1, 0]);
  head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
}

/** A response in packets of these sizes, its bytes counted through. */
function response(sizes: readonly number[], from = 0): { packets: Buffer; payload: Buffer } {
  let at = from;
  const payloads = sizes.map((size) => Buffer.from(Array.from({ length: size }, () => at++ & 0xff)));
  const packets = payloads.map((payload, i) => packet(payload, i === payloads.length - 1));
  return { packets: Buffer.concat(packets), payload: Buffer.concat(payloads) };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

class Rig {
  readonly stream = new (IncomingMessageStream as unknown as new (debug: typeof silent) => PacketStream)(silent);
  readonly tap = new PacketTap(this.stream);
  /** What arrived of each message, in order; how much of it by the tap, and whether it ended. */
  readonly messages: { bytes: Buffer[]; tapped: number; ended: boolean }[] = [];
  room: Promise<void> | undefined;

  constructor(tapped: (message: number) => boolean = () => true) {
    this.stream.on('data', (message: PassThrough) => {
      const record = { bytes: [] as Buffer[], tapped: 0, ended: false };
      const isTapped = tapped(this.messages.push(record) - 1);
      message.on('data', (piece: Buffer) => record.bytes.push(Buffer.from(piece)));
      message.once('end', () => {
        record.ended = true;
      });
      if (!isTapped) return;
      this.tap.open(message, (piece) => {
        record.bytes.push(Buffer.from(piece));
        record.tapped += piece.length;
        return this.room;
      });
    });
  }

  async arrive(...chunks: Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      this.stream.write(chunk);
      await turn();
      await turn();
    }
  }

  bytesOf(message: number): Buffer {
    return Buffer.concat(this.messages[message]!.bytes);
  }
}

describe('a response in packets', () => {
  it('arrives whole, in order and with its end, wherever the socket cuts it', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
    const places = fc.array(fc.nat(900), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, places, async (packetSizes, at) => {
        const rig = new Rig();
        const { packets, payload } = response(packetSizes);
        const ends = at.map((place) => Math.min(place, packets.length));
        await rig.arrive(...cut(packets, ends));
        expect(rig.bytesOf(0)).toEqual(payload);
        expect(rig.messages).toHaveLength(1);
        expect(rig.messages[0]!.ended).toBe(true);
      }),
    );
  });

  it('comes by the tap but for its first chunk and its last packet', async () => {
    const rig = new Rig();
    const { packets, payload } = response(Array(10).fill(1_000));
    await rig.arrive(...cut(packets, [1_500, 3_000, 7_777]));
    expect(rig.bytesOf(0)).toEqual(payload);
    expect(rig.messages[0]!.tapped).toBe(8_000);
  });

  it('is tedious’ alone when nobody opened the tap for it', async () => {
    const rig = new Rig((message) => message === 1);
    const first = response(Array(5).fill(100));
    const second = response(Array(5).fill(100), 77);
    const third = response([10], 5);
    await rig.arrive(...cut(first.packets, [150, 300]));
    await rig.arrive(...cut(second.packets, [150, 300]));
    await rig.arrive(third.packets);
    expect([0, 1, 2].map((i) => rig.bytesOf(i))).toEqual([first.payload, second.payload, third.payload]);
    expect(rig.messages.map(({ tapped }) => tapped > 0)).toEqual([false, true, false]);
    expect(rig.messages.every(({ ended }) => ended)).toBe(true);
  });

  it('does not reach beyond its end: a message behind a short one is not tapped', async () => {
    const rig = new Rig((message) => message === 0);
    const short = response([10]);
    const long = response(Array(5).fill(100));
    await rig.arrive(short.packets);
    await rig.arrive(...cut(long.packets, [150, 300]));
    expect(rig.bytesOf(1)).toEqual(long.payload);
    expect(rig.messages.map(({ tapped }) => tapped)).toEqual([0, 0]);
  });

  it('may be followed by another message in the same chunk, as an acknowledged cancellation is', async () => {
    const rig = new Rig((message) => message === 0);
    const first = response(Array(5).fill(100));
    const second = response([20, 20], 9);
    await rig.arrive(...cut(Buffer.concat([first.packets, second.packets]), [150, 300]));
    await turn();
    expect([rig.bytesOf(0), rig.bytesOf(1)]).toEqual([first.payload, second.payload]);
  });
});

it('holds the socket back until there is room', async () => {
  const rig = new Rig();
  const { packets } = response(Array(10).fill(1_000));
  const gate = Promise.withResolvers<void>();
  const [first, second, third] = cut(packets, [1_500, 5_000]) as [Buffer, Buffer, Buffer];
  await rig.arrive(first);
  rig.room = gate.promise;
  await rig.arrive(second, third);
  const held = rig.messages[0]!.tapped;
  rig.room = undefined;
  gate.resolve();
  await turn();
  await turn();
  expect(held).toBeLessThan(4_500);
  expect(rig.messages[0]!.ended).toBe(true);
});

it('leaves a packet of impossible length to tedious, which refuses it', async () => {
  const rig = new Rig();
  const failure = new Promise<Error>((resolve) => rig.stream.once('error', resolve));
  await rig.arrive(packet(Buffer.alloc(100)), packet(Buffer.alloc(100)), packet(Buffer.alloc(10), false, 3));
  expect((await failure).message).toBe('Unable to process incoming packet');
  expect(rig.messages[0]!.ended).toBe(false);
});
