import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Checksum, type Slice, slicesOf } from '../../../shared/landing/slices.ts';
import { bodyOf } from './landing-rig.ts';

async function* chunksOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function cut(chunks: readonly Uint8Array[], sizeBytes: (index: number) => number): Promise<Slice[]> {
  const slices: Slice[] = [];
  for await (const slice of slicesOf(chunksOf(chunks), sizeBytes)) slices.push(slice);
  return slices;
}

const shapeOf = (slices: readonly Slice[]) =>
  slices.map(({ bytes, last }) => `${bytes.length}${last ? '!' : ''}`).join(' ');

describe('slicesOf', () => {
  it.each([
    [[], '0!'],
    [[0], '0!'],
    [[0, 0, 3, 0], '3!'],
    [[9], '9!'],
    [[10], '10!'],
    [[10, 0], '10!'],
    [[11], '10 1!'],
    [[5, 5, 1], '10 1!'],
    [[5, 5, 0, 5, 5], '10 10!'],
    [[35], '10 10 10 5!'],
    [Array.from({ length: 25 }, () => 1), '10 10 5!'],
  ])('cuts chunks of %j bytes', async (sizes, shape) => {
    expect(
      shapeOf(
        await cut(
          sizes.map((size) => randomBytes(size)),
          () => 10,
        ),
      ),
    ).toBe(shape);
  });

  it('takes the size of each slice by its index', async () => {
    expect(shapeOf(await cut([randomBytes(20)], (index) => index + 1))).toBe('1 2 3 4 5 5!');
  });

  it('loses and repeats no byte, however the body is chunked', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 50 }), async (body, sliceBytes) => {
        const slices = await cut(body, (index) => sliceBytes * (index < 2 ? 1 : 2));
        const whole = Buffer.concat(body);
        expect(Buffer.concat(slices.map(({ bytes }) => bytes)).equals(whole)).toBe(true);
        expect(slices.filter(({ last }) => last)).toHaveLength(1);
        expect(slices.at(-1)!.last).toBe(true);
        slices.slice(0, -1).forEach(({ bytes }, index) => {
          expect(bytes.length).toBe(sliceBytes * (index < 2 ? 1 : 2));
        });
        if (whole.length > 0) expect(slices.at(-1)!.bytes.length).toBeGreaterThan(0);
      }),
    );
  });

  it('shares no memory with the body or between slices', async () => {
    const chunk = Buffer.alloc(30, 'a');
    const slices = slicesOf(chunksOf([chunk]), () => 10);
    const first = (await slices.next()).value as Slice;
    const second = (await slices.next()).value as Slice;
    chunk.fill('b');
    second.bytes.fill('c');
    expect(first.bytes.toString()).toBe('aaaaaaaaaa');
    await slices.return(undefined);
  });

  it('pulls no more of the body than the slice that was asked for, and one chunk', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled += 4;
        yield Buffer.alloc(4);
      }
    }
    const slices = slicesOf(endless(), () => 10);
    for (const upTo of [1, 2, 3]) {
      await slices.next();
      expect(pulled).toBeLessThanOrEqual(10 * upTo + 4);
    }
    await slices.return(undefined);
  });

  it('ends the body when it is left early, and passes its errors on', async () => {
    let ended = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield* bodyOf(randomBytes(100));
        throw new Error('the source is gone');
      } finally {
        ended = true;
      }
    }
    for await (const slice of slicesOf(body(), () => 10)) {
      expect(slice.last).toBe(false);
      break;
    }
    expect(ended).toBe(true);
    await expect(cut([], () => 1)).resolves.toHaveLength(1);
    await expect(async () => {
      for await (const _slice of slicesOf(body(), () => 1_000));
    }).rejects.toThrow('the source is gone');
  });
});

describe('Checksum', () => {
  it.each([
    ['', 'AAAAAA=='],
    ['123456789', Buffer.from('cbf43926', 'hex').toString('base64')],
    ['The quick brown fox jumps over the lazy dog', Buffer.from('414fa339', 'hex').toString('base64')],
  ])('spells the CRC-32 of %j as S3 does', (text, spelling) => {
    expect(Checksum.of(Buffer.from(text))).toBe(spelling);
  });

  it('is four bytes also when the first of them are zero', () => {
    const found = Array.from({ length: 2_000 }, (_, index) => Checksum.of(Buffer.from(String(index))));
    for (const spelling of found) expect(Buffer.from(spelling, 'base64')).toHaveLength(4);
    expect(found.some((spelling) => spelling.startsWith('AA'))).toBe(true);
  });

  it('is the same for one piece and for many', () => {
    const bytes = createHash('sha512').update('seed').digest();
    fc.assert(
      fc.property(fc.nat({ max: bytes.length }), (at) => {
        const running = new Checksum();
        running.add(bytes.subarray(0, at));
        running.add(bytes.subarray(at));
        expect(running.toString()).toBe(Checksum.of(bytes));
      }),
    );
  });
});
