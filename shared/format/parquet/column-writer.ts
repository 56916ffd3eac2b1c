import type { Data } from 'apache-arrow';
import { boundsFinder, type FindBounds } from './bounds.ts';
import type { ChunkDraft, PageDraft } from './chunk-draft.ts';
import type { CompressedBody, CompressionQueue } from './compression-queue.ts';
import { DefinitionLevels, PAGE_MAX_ROWS } from './definition-levels.ts';
import { Dictionary } from './dictionary.ts';
import { writeIndices } from './dictionary-indices.ts';
import { Encoding, type StoredColumn } from './file-model.ts';
import { type PageBuffer, type PageBufferPool, VALUES_START } from './page-buffer.ts';
import { type AppendValues, plainAppender, rowsThatFit } from './plain-values.ts';

/** What the columns of a file share. */
export interface PageWorkshop {
  readonly queue: CompressionQueue;
  readonly buffers: PageBufferPool;
  /** A page ends at the first row that makes it as large. */
  readonly pageBytes: number;
  /** Of a dictionary's entries at most. */
  readonly dictionaryBytes: number;
  /** For the indices of one page. */
  readonly indices: Int32Array;
}

/** Cuts one column into pages, and hands them to the compressor. */
export class ColumnWriter {
  readonly #column: StoredColumn;
  readonly #workshop: PageWorkshop;
  readonly #append: AppendValues;
  readonly #boundsOf: FindBounds;
  readonly #levels = new DefinitionLevels();
  #values: PageBuffer;
  #pages: PageDraft[] = [];
  /** False once a chunk has shown that its values do not repeat. */
  #mayRepeat: boolean;
  #dictionary: Dictionary | undefined;
  #isDictionaryOpen = false;

  constructor(column: StoredColumn, workshop: PageWorkshop) {
    this.#column = column;
    this.#workshop = workshop;
    this.#append = plainAppender(column);
    this.#boundsOf = boundsFinder(column);
    this.#values = workshop.buffers.take();
    this.#mayRepeat = Dictionary.isFor(column);
    this.#openDictionary();
  }

  /** Of the page under construction and the dictionary, not compressed. */
  get openBytes(): number {
    return this.#values.sizeBytes + (this.#dictionary?.entries.sizeBytes ?? 0);
  }

  append(batchColumn: Data, from: number, to: number): void {
    const { pageBytes } = this.#workshop;
    for (let row = from; row < to; ) {
      const most = Math.min(to, row + PAGE_MAX_ROWS - this.#levels.rows);
      const end = rowsThatFit(this.#column, batchColumn, row, most, pageBytes - this.#values.sizeBytes);
      const nulls = this.#levels.append(batchColumn, row, end);
      this.#append(this.#values, batchColumn, row, end, nulls);
      row = end;
      if (this.#levels.rows === PAGE_MAX_ROWS || this.#values.sizeBytes >= pageBytes) this.#endPage();
    }
  }

  /** The chunk so far; the next row begins another one. */
  endChunk(): ChunkDraft {
    if (this.#levels.rows > 0) this.#endPage();
    const chunk = { column: this.#column, pages: this.#pages, dictionary: this.#dictionaryPage() };
    this.#pages = [];
    this.#openDictionary();
    return chunk;
  }

  #openDictionary(): void {
    this.#dictionary = this.#mayRepeat ? new Dictionary(this.#column, this.#workshop.dictionaryBytes) : undefined;
    this.#isDictionaryOpen = this.#mayRepeat;
  }

  #endPage(): void {
    const { rows, nullCount } = this.#levels;
    const count = rows - nullCount;
    const plainValuesBytes = this.#values.sizeBytes;
    const bounds = this.#boundsOf(this.#values, count);
    const encoding = this.#isDictionaryOpen && count > 0 && this.#useDictionary(count) ? 'rleDictionary' : 'plain';
    const body = this.#compress(this.#values, plainValuesBytes);
    this.#pages.push({ rows, nullCount, bounds, encoding: Encoding[encoding], body });
    this.#values = this.#workshop.buffers.take();
    this.#levels.reset();
  }

  /** Puts indices in the place of the page's values, if that pays. */
  #useDictionary(count: number): boolean {
    const { indices, buffers } = this.#workshop;
    const dictionary = this.#dictionary as Dictionary;
    if (!dictionary.encode(this.#values, count, indices)) {
      this.#isDictionaryOpen = false;
      this.#mayRepeat = dictionary.count > 0;
      return false;
    }
    const page = buffers.take();
    writeIndices(page, indices.subarray(0, count), dictionary.count);
    buffers.give(this.#values);
    this.#values = page;
    return true;
  }

  #compress(values: PageBuffer, plainValuesBytes: number): CompressedBody {
    const { queue, buffers } = this.#workshop;
    const start = this.#levels.writeBefore(values.bytes, VALUES_START);
    const plainBytes = VALUES_START - start + plainValuesBytes;
    return queue.add(values.bytes.subarray(start, values.end), () => buffers.give(values), plainBytes);
  }

  #dictionaryPage(): ChunkDraft['dictionary'] {
    if (this.#dictionary === undefined || this.#dictionary.count === 0) return undefined;
    const { count, entries } = this.#dictionary;
    const body = this.#workshop.queue.add(entries.bytes.subarray(VALUES_START, entries.end), () => {});
    return { count, body };
  }
}
