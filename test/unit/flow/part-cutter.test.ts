import { describe, expect, it } from '@jest/globals';
import { Int64, type RecordBatch } from 'apache-arrow';
import { SourceError } from '../../../shared/core/errors.ts';
import { PartCutter, type PartLimits } from '../../../shared/flow/part-cutter.ts';
import type { TableStream } from '../../../shared/source/source.ts';
import { batchOf } from '../format/arrow-columns.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;
const inTime = new AbortController().signal;
const lost = new SourceError('CONNECTION_LOST', 'The connection was lost.');

function idsFrom(first: number, count: number): RecordBatch {
  const cells = Array.from({ length: count }, (_, index) => BigInt(first + index));
  return batchOf({ id: { type: new Int64(), cells } });
}

/** Ids from 1 on in batches of these sizes. */
function batchesOf(...sizes: readonly number[]): RecordBatch[] {
  let first = 1;
  return sizes.map((size) => {
    const batch = idsFrom(first, size);
    first += size;
    return batch;
  });
}

interface StreamWords {
  readonly key?: readonly string[];
  readonly failure?: Error;
  readonly losses?: ReadonlyMap<string, number>;
  /** Called when a batch, or the end behind the last one, is asked for. */
  readonly before?: (index: number) => Promise<void> | void;
}

function streamOf(batches: readonly RecordBatch[], words: StreamWords = {}): TableStream {
  const { key = ['id'], failure, losses = new Map(), before } = words;
  return {
    schema: idsFrom(1, 0).schema,
    primaryKey: key,
    key,
    consistency: 'snapshot',
    keyAt: (batch, row) => [String(batch.getChild('id')!.get(row))],
    batches: (async function* () {
      for (const [index, batch] of batches.entries()) {
        await before?.(index);
        yield batch;
      }
      await before?.(batches.length);
      if (failure !== undefined) throw failure;
    })(),
    lossyValues: () => losses,
    serverRowCount: () => 0,
  };
}

interface SeenPart {
  readonly ids: number[];
  readonly sizes: number[];
  readonly firstKey: readonly string[] | null;
  readonly lastKey: readonly string[] | null;
  readonly rows: number;
  readonly endsStream: boolean;
}

/** The next part; by default each row has one byte. */
async function partOf(cutter: PartCutter, bytesPerRow = 1): Promise<SeenPart> {
  const ids: number[] = [];
  const sizes: number[] = [];
  for await (const batch of cutter.rows(() => ids.length * bytesPerRow)) {
    sizes.push(batch.numRows);
    for (let row = 0; row < batch.numRows; row++) ids.push(Number(batch.getChild('id')!.get(row)));
  }
  return { ids, sizes, ...cutter.part };
}

function cutterOf(stream: TableStream, limits: Partial<PartLimits> = {}, wrapUp: AbortSignal = inTime): PartCutter {
  return new PartCutter(stream, { maxBytes: NO_LIMIT, maxRows: NO_LIMIT, ...limits }, wrapUp);
}

async function partsOf(cutter: PartCutter): Promise<SeenPart[]> {
  const parts: SeenPart[] = [];
  while ((await cutter.look()) === 'row') parts.push(await partOf(cutter));
  return parts;
}

const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('parts of so many rows', () => {
  it('have exactly as many, with batches cut in the middle and joined', async () => {
    const cutter = cutterOf(streamOf(batchesOf(3, 10, 1, 4)), { maxRows: 5 });
    const parts = await partsOf(cutter);
    expect(parts.map(({ ids }) => ids)).toEqual([upTo(1, 5), upTo(6, 10), upTo(11, 15), upTo(16, 18)]);
    expect(parts.map(({ sizes }) => sizes)).toEqual([[3, 2], [5], [3, 1, 1], [3]]);
    expect(parts.map(({ rows }) => rows)).toEqual([5, 5, 5, 3]);
    expect([cutter.totalRows, cutter.isAtEnd]).toEqual([18, true]);
  });

  it('know the keys of their first and last row', async () => {
    const parts = await partsOf(cutterOf(streamOf(batchesOf(3, 10, 1, 4)), { maxRows: 5 }));
    const keys = parts.map(({ firstKey, lastKey }) => [firstKey?.[0], lastKey?.[0]]);
    expect(keys).toEqual([
      ['1', '5'],
      ['6', '10'],
      ['11', '15'],
      ['16', '18'],
    ]);
  });

  it.each([
    [
      [5, 5],
      [false, true],
    ],
    [[10], [false, true]],
    [
      [5, 5, 1],
      [false, false, true],
    ],
    [[5, 0, 0], [true]],
    [[4], [true]],
  ])('out of batches of %j say whether the stream ends with them', async (sizes, ends) => {
    const parts = await partsOf(cutterOf(streamOf(batchesOf(...sizes)), { maxRows: 5 }));
    expect(parts.map(({ endsStream }) => endsStream)).toEqual(ends);
  });

  it('pass over batches without rows', async () => {
    const parts = await partsOf(cutterOf(streamOf(batchesOf(0, 3, 0, 0, 3, 0)), { maxRows: 4 }));
    expect(parts.map(({ sizes }) => sizes)).toEqual([[3, 1], [2]]);
  });
});

describe('parts of so many bytes', () => {
  it('end with the batch that fills them', async () => {
    const parts = await partsOf(cutterOf(streamOf(batchesOf(3, 3, 3, 3, 3)), { maxBytes: 5 }));
    expect(parts.map(({ sizes }) => sizes)).toEqual([[3, 3], [3, 3], [3]]);
  });

  it('have one batch at least', async () => {
    const cutter = cutterOf(streamOf(batchesOf(3, 3)), { maxBytes: 0 });
    expect((await partsOf(cutter)).map(({ sizes }) => sizes)).toEqual([[3], [3]]);
  });

  it('have no more rows than may be either', async () => {
    const parts = await partsOf(cutterOf(streamOf(batchesOf(8, 8)), { maxBytes: 6, maxRows: 5 }));
    expect(Math.max(...parts.map(({ rows }) => rows))).toBeLessThanOrEqual(5);
    expect(parts.flatMap(({ ids }) => ids)).toEqual(upTo(1, 16));
  });
});

describe('a stream without rows', () => {
  it('ends at the first look; its part is empty and ends it', async () => {
    for (const batches of [batchesOf(), batchesOf(0, 0)]) {
      const cutter = cutterOf(streamOf(batches), { maxRows: 5 });
      expect(await cutter.look()).toBe('end');
      expect(cutter.isAtEnd).toBe(true);
      const { ids, firstKey, lastKey, endsStream } = await partOf(cutter);
      expect([ids, firstKey, lastKey, endsStream]).toEqual([[], null, null, true]);
    }
  });
});

describe('looking', () => {
  it('asks for no more than one batch, and again for none', async () => {
    const asked: number[] = [];
    const stream = streamOf(batchesOf(2, 2), { before: (index) => void asked.push(index) });
    const cutter = cutterOf(stream, { maxRows: 1 });
    for (let time = 0; time < 3; time++) expect(await cutter.look()).toBe('row');
    expect(asked).toEqual([0]);
    await partOf(cutter);
    expect(asked).toEqual([0]);
    await partOf(cutter);
    expect(asked).toEqual([0, 1]);
  });

  it('takes what a part has left of a batch for a row that is there', async () => {
    const cutter = cutterOf(streamOf(batchesOf(4)), { maxRows: 3 });
    await partOf(cutter);
    expect([cutter.isAtEnd, cutter.totalRows, await cutter.look()]).toEqual([false, 3, 'row']);
  });
});

describe('a stream without a key', () => {
  it('is one part, whatever the time', async () => {
    const ending = new AbortController();
    const before = (index: number) => {
      if (index === 1) ending.abort();
    };
    const cutter = new PartCutter(streamOf(batchesOf(3, 3, 3), { key: [], before }), undefined, ending.signal);
    const part = await partOf(cutter, 1_000_000);
    expect(part).toMatchObject({ ids: upTo(1, 9), firstKey: null, lastKey: null, endsStream: true });
  });
});

describe('when the time for taking rows is up', () => {
  const silence = () => new Promise<void>(() => undefined);

  it('before the first row, there is none', async () => {
    const cutter = cutterOf(streamOf(batchesOf(3), { before: silence }), {}, AbortSignal.abort());
    expect(await cutter.look()).toBe('time-is-up');
    expect([cutter.isAtEnd, cutter.totalRows]).toEqual([false, 0]);
  });

  it('while the first row is awaited, nobody waits on', async () => {
    const ending = new AbortController();
    const before = () => {
      ending.abort();
      return silence();
    };
    expect(await cutterOf(streamOf(batchesOf(3), { before }), {}, ending.signal).look()).toBe('time-is-up');
  });

  it('behind a row that was seen, the part has that batch and no other', async () => {
    const ending = new AbortController();
    const cutter = cutterOf(streamOf(batchesOf(3, 3)), {}, ending.signal);
    expect(await cutter.look()).toBe('row');
    ending.abort();
    expect(await partOf(cutter)).toMatchObject({ ids: upTo(1, 3), lastKey: ['3'], endsStream: false });
  });

  it('within a part, the part ends with what it has, and another one is to follow', async () => {
    const ending = new AbortController();
    const before = (index: number) => {
      if (index < 2) return;
      ending.abort();
      return silence();
    };
    const cutter = cutterOf(streamOf(batchesOf(3, 3), { before }), {}, ending.signal);
    expect(await partOf(cutter)).toMatchObject({ ids: upTo(1, 6), endsStream: false });
    expect(cutter.isAtEnd).toBe(false);
    expect(await cutter.look()).toBe('time-is-up');
  });

  it('with rows of a batch left over, they are for the next part', async () => {
    const ending = new AbortController();
    const cutter = cutterOf(streamOf(batchesOf(8)), { maxRows: 5 }, ending.signal);
    const rows = cutter.rows(() => 0);
    await rows.next();
    ending.abort();
    expect((await rows.next()).done).toBe(true);
    expect(cutter.part).toMatchObject({ rows: 5, endsStream: false });
    expect(await cutter.look()).toBe('row');
  });

  it('behind the end, the last part ends the stream', async () => {
    const ending = new AbortController();
    const cutter = cutterOf(streamOf(batchesOf(3)), {}, ending.signal);
    expect((await partOf(cutter)).endsStream).toBe(true);
    ending.abort();
    expect([await cutter.look(), cutter.isAtEnd]).toEqual(['end', true]);
  });

  it('a failure of the stream that nobody waits for any more is nobody’s', async () => {
    const ending = new AbortController();
    const { promise: failing, reject: fail } = Promise.withResolvers<void>();
    const before = () => {
      ending.abort();
      return failing;
    };
    expect(await cutterOf(streamOf(batchesOf(3), { before }), {}, ending.signal).look()).toBe('time-is-up');
    fail(lost);
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a stream that fails', () => {
  it.each([
    ['before its first row', [], 5],
    ['in a part', [3], 5],
    ['right behind a full part, whose look ahead meets it', [5], 5],
  ])('%s passes its error on', async (_, sizes, maxRows) => {
    const cutter = cutterOf(streamOf(batchesOf(...sizes), { failure: lost }), { maxRows });
    await expect(partOf(cutter)).rejects.toBe(lost);
    expect(cutter.isAtEnd).toBe(false);
  });
});

describe('losses', () => {
  it('are told of each part once, without columns that have none', async () => {
    const losses = new Map<string, number>([['b', 0]]);
    const stream = streamOf(batchesOf(2, 2, 2), {
      losses,
      before: (index) => {
        if (index === 0) losses.set('a', 1);
        if (index === 2) losses.set('a', 4).set('b', 1);
      },
    });
    const cutter = cutterOf(stream, { maxRows: 2 });
    const told: unknown[] = [];
    for (let part = 0; part < 3; part++) {
      await partOf(cutter);
      told.push(cutter.takeLossyValues());
    }
    // The look ahead of the second part has decoded the third.
    expect(told).toEqual([{ a: 1 }, { a: 3, b: 1 }, {}]);
  });
});
