import { describe, expect, it } from '@jest/globals';
import { type DataType, Float64, Int32, Utf8 } from 'apache-arrow';
import type { ChunkDraft } from '../../../../shared/format/parquet/chunk-draft.ts';
import { ColumnWriter, type PageWorkshop } from '../../../../shared/format/parquet/column-writer.ts';
import { CompressionQueue } from '../../../../shared/format/parquet/compression-queue.ts';
import { PAGE_MAX_ROWS } from '../../../../shared/format/parquet/definition-levels.ts';
import { Encoding } from '../../../../shared/format/parquet/file-model.ts';
import { type PageBuffer, PageBufferPool } from '../../../../shared/format/parquet/page-buffer.ts';
import { pageCodec } from '../../../../shared/format/parquet/page-codec.ts';
import { type Cell, columnData } from '../arrow-columns.ts';
import { plainBytes } from './random-columns.ts';
import { columnOf, decodeHybrid } from './written-page.ts';

/** Counts the buffers that it has lent and not got back. */
class CountingPool extends PageBufferPool {
  lent = 0;

  override take(): PageBuffer {
    this.lent += 1;
    return super.take();
  }

  override give(buffer: PageBuffer): void {
    this.lent -= 1;
    super.give(buffer);
  }
}

function setUp(type: DataType, pageBytes: number, dictionaryBytes = 1024 * 1024) {
  const buffers = new CountingPool();
  const workshop: PageWorkshop = {
    queue: new CompressionQueue(pageCodec('none')),
    buffers,
    pageBytes,
    dictionaryBytes,
    indices: new Int32Array(PAGE_MAX_ROWS),
  };
  return { type, buffers, queue: workshop.queue, writer: new ColumnWriter(columnOf(type), workshop) };
}

/** One chunk of the cells, its bodies settled. */
async function chunkOf({ type, writer, queue }: ReturnType<typeof setUp>, cells: readonly Cell[]): Promise<ChunkDraft> {
  writer.append(columnData(type, cells), 0, cells.length);
  const chunk = writer.endChunk();
  await queue.settle(0);
  return chunk;
}

const rowsOf = ({ pages }: ChunkDraft) => pages.map(({ rows }) => rows);
const encodingsOf = ({ pages }: ChunkDraft) => pages.map(({ encoding }) => encoding);
const times = <Item>(count: number, items: readonly Item[]) => Array.from({ length: count }, () => items).flat();
const distinct = (count: number) => Array.from({ length: count }, (_, index) => index);

const { plain, rleDictionary } = Encoding;

describe('pages of a column', () => {
  it('have at most 16,384 rows', async () => {
    const chunk = await chunkOf(setUp(new Int32(), 1024 * 1024), distinct(40_000));
    expect(rowsOf(chunk)).toEqual([16_384, 16_384, 7232]);
  });

  it('end with the value that makes them large enough', async () => {
    expect(rowsOf(await chunkOf(setUp(new Int32(), 40), distinct(25)))).toEqual([10, 10, 5]);
    expect(rowsOf(await chunkOf(setUp(new Int32(), 1), distinct(3)))).toEqual([1, 1, 1]);
    const texts = ['aaaa', 'bbbb', 'c'.repeat(100), 'd', 'e'];
    expect(rowsOf(await chunkOf(setUp(new Utf8(), 16), texts))).toEqual([2, 1, 2]);
  });

  it('go on from batch to batch', async () => {
    const each = setUp(new Int32(), 40);
    for (let batch = 0; batch < 5; batch += 1) each.writer.append(columnData(new Int32(), distinct(7)), 1, 4);
    expect(rowsOf(await chunkOf(each, [1, 2]))).toEqual([10, 7]);
  });

  it('tell their NULLs and bounds', async () => {
    const { pages } = await chunkOf(setUp(new Int32(), 8), [5, null, -3, null, null]);
    expect(pages.map(({ nullCount }) => nullCount)).toEqual([1, 2]);
    expect(pages[0]!.bounds).toMatchObject({
      min: Buffer.from('fdffffff', 'hex'),
      max: Buffer.from('05000000', 'hex'),
    });
    expect(pages[1]!.bounds).toBeUndefined();
  });

  it('have their levels right before their values', async () => {
    const { pages } = await chunkOf(setUp(new Int32(), 1000), [1, null, 2]);
    expect(Buffer.from(pages[0]!.body.bytes!).toString('hex')).toBe('020000000305' + '01000000' + '02000000');
  });

  it('give their buffers back', async () => {
    const each = setUp(new Utf8(), 100);
    for (let chunk = 0; chunk < 3; chunk += 1) await chunkOf(each, times(50, ['a', 'b', null]));
    for (let chunk = 0; chunk < 3; chunk += 1) await chunkOf(each, distinct(50).map(String));
    // The page under construction keeps its own.
    expect(each.buffers.lent).toBe(1);
  });
});

describe('the dictionary of a chunk', () => {
  const repeating = times(10, [1, 2, 3]);

  it('is written where values repeat, with all that the pages refer to', async () => {
    const cells = [...times(4, ['a', 'b', null]), null];
    const chunk = await chunkOf(setUp(new Utf8(), 1000), cells);
    expect(encodingsOf(chunk)).toEqual([rleDictionary]);
    expect(chunk.dictionary!.count).toBe(2);
    expect(Buffer.from(chunk.dictionary!.body.bytes!).equals(plainBytes(new Utf8(), ['a', 'b']))).toBe(true);
    const body = Buffer.from(chunk.pages[0]!.body.bytes!);
    const values = body.subarray(4 + body.readUInt32LE());
    expect(values[0]).toBe(1);
    expect(decodeHybrid(values.subarray(1), 1, 8).values).toEqual(times(4, [0, 1]));
  });

  it('is left out where they do not, and not tried again in the file', async () => {
    const each = setUp(new Int32(), 120);
    const chunk = await chunkOf(each, [...distinct(30), ...repeating]);
    expect([encodingsOf(chunk), chunk.dictionary]).toEqual([[plain, plain], undefined]);
    expect(each.writer.openBytes).toBe(0);
    const next = await chunkOf(each, repeating);
    expect([encodingsOf(next), next.dictionary]).toEqual([[plain], undefined]);
  });

  it('is given up in the midst of a chunk, and tried again in the next', async () => {
    const each = setUp(new Int32(), 120, 40);
    const chunk = await chunkOf(each, [...repeating, ...distinct(30), ...repeating]);
    expect(encodingsOf(chunk)).toEqual([rleDictionary, plain, plain]);
    expect(chunk.dictionary!.count).toBe(3);
    expect(encodingsOf(await chunkOf(each, repeating))).toEqual([rleDictionary]);
  });

  it('is not asked about pages of NULLs', async () => {
    const nulls = times(PAGE_MAX_ROWS, [null]);
    const chunk = await chunkOf(setUp(new Int32(), 1000), [...nulls, ...times(PAGE_MAX_ROWS, [7]), ...nulls]);
    const rest = encodingsOf(chunk).slice(1, -1);
    expect(new Set(rest)).toEqual(new Set([rleDictionary]));
    expect([encodingsOf(chunk)[0], encodingsOf(chunk).at(-1), chunk.dictionary!.count]).toEqual([plain, plain, 1]);
  });

  it('begins anew with each chunk', async () => {
    const each = setUp(new Float64(), 1000);
    expect((await chunkOf(each, times(4, [1.5, 2.5]))).dictionary!.count).toBe(2);
    expect((await chunkOf(each, times(4, [3.5]))).dictionary!.count).toBe(1);
  });

  it('counts as what is open', () => {
    const { writer } = setUp(new Int32(), 120);
    writer.append(columnData(new Int32(), [...repeating, 1]), 0, 31);
    expect(writer.openBytes).toBe(4 + 3 * 4);
  });
});
