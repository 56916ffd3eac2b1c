import { describe, expect, it } from '@jest/globals';
import { CompressionQueue } from '../../../../shared/format/parquet/compression-queue.ts';
import { Codec } from '../../../../shared/format/parquet/file-model.ts';
import type { PageCodec } from '../../../../shared/format/parquet/page-codec.ts';

/** Makes pages a quarter as long, when it is told to. */
class SlowCodec implements PageCodec {
  readonly codec = Codec.none;
  readonly waiting: PromiseWithResolvers<Uint8Array>[] = [];

  compress(body: Uint8Array): Promise<Uint8Array> {
    const page = Promise.withResolvers<Uint8Array>();
    this.waiting.push({ ...page, resolve: () => page.resolve(body.subarray(0, body.length >> 2)) });
    return page.promise;
  }

  finish(index: number): void {
    this.waiting[index]!.resolve(new Uint8Array(0));
  }

  close(): void {}
}

function setUp(): { codec: SlowCodec; queue: CompressionQueue } {
  const codec = new SlowCodec();
  return { codec, queue: new CompressionQueue(codec) };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue of the compressor', () => {
  it('waits until few enough bytes are under way, for the first ones first', async () => {
    const { codec, queue } = setUp();
    const bodies = [400, 800, 400].map((sizeBytes) => queue.add(new Uint8Array(sizeBytes), () => {}));
    let isSettled = false;
    const settling = queue.settle(500).then(() => {
      isSettled = true;
    });
    codec.finish(1);
    await turns();
    expect([isSettled, bodies[1]!.bytes]).toEqual([false, undefined]);
    codec.finish(0);
    await settling;
    expect(bodies.map(({ bytes }) => bytes?.byteLength)).toEqual([100, 200, undefined]);
    await queue.settle(400);
    codec.finish(2);
    await queue.settle(0);
    expect(bodies[2]!.bytes?.byteLength).toBe(100);
  });

  it('gives memory back as soon as a body is compressed, also when that fails', async () => {
    const { codec, queue } = setUp();
    const given: string[] = [];
    queue.add(new Uint8Array(8), () => given.push('first'));
    queue.add(new Uint8Array(8), () => given.push('second'));
    codec.finish(1);
    await turns();
    expect(given).toEqual(['second']);
    codec.waiting[0]!.reject(new Error('No memory'));
    await turns();
    expect(given).toEqual(['second', 'first']);
    await expect(queue.settle(0)).rejects.toThrow('No memory');
  });

  it('expects of what is under way what became of the rest, however far the compressor is', async () => {
    const { codec, queue } = setUp();
    expect(queue.expectedBytes(100)).toBe(100);
    queue.add(new Uint8Array(400), () => {});
    queue.add(new Uint8Array(800), () => {});
    codec.finish(0);
    codec.finish(1);
    await turns();
    expect(queue.expectedBytes(100)).toBe(1300);
    await queue.settle(800);
    expect(queue.expectedBytes(100)).toBe(100 + (800 + 100) / 4);
    await queue.settle(0);
    queue.startGroup();
    expect(queue.expectedBytes(100)).toBe(25);
  });

  it('expects as much of plain values as dictionaries have saved before', async () => {
    const { codec, queue } = setUp();
    queue.add(new Uint8Array(400), () => {}, 1000);
    queue.add(new Uint8Array(400), () => {}, 3000);
    codec.finish(0);
    await queue.settle(400);
    expect(queue.expectedBytes(500)).toBe(100 + (3000 + 500) / 10);
  });

  it('refuses what no page can hold', () => {
    const { queue } = setUp();
    const huge = { byteLength: 2 ** 31 - 2 ** 24 + 1 } as Uint8Array;
    expect(() => queue.add(huge, () => {})).toThrow(
      expect.objectContaining({ name: 'ConsistencyError', code: 'PARQUET_PAGE_TOO_LARGE', retry: 'permanent' }),
    );
  });
});
