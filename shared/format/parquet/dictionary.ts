import { lengthAt } from './bounds.ts';
import { areEqual, hashOf } from './byte-ranges.ts';
import { PhysicalType, type StoredColumn } from './file-model.ts';
import { PageBuffer, VALUES_START } from './page-buffer.ts';

/** A dictionary beyond it costs readers more than it saves. */
const MAX_ENTRIES = 32_768;
/** On its first page every value must occur so often, on average, or the column is written plainly. */
const LEAST_REPEATS = 4;

/** Most dictionaries stay small, and every column has one at first. */
const FIRST_BYTES = 4096;
/** At first; twice as many whenever half of them are taken. */
const FIRST_SLOTS = 512;

/**
 * The distinct values of one column chunk, in the order in which they were met (parquet-format, Encodings.md, "Dictionary
 * Encoding"). It is made from pages that are PLAIN encoded already, whatever the type.
 */
export class Dictionary {
  /** The entries, PLAIN encoded. */
  readonly entries = new PageBuffer(FIRST_BYTES);
  #count = 0;
  /** Where each entry begins, and the last one ends. */
  #starts = new Int32Array(FIRST_SLOTS / 2 + 1).fill(VALUES_START, 0, 1);
  /** Entry numbers from 1 on; 0 is a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);
  /** Where the search for a value that is new has ended. */
  #freeSlot = 0;
  readonly #fixedBytes: number | undefined;
  /** Bytes of a value that its length in bytes tells already. */
  readonly #prefixBytes: number;
  readonly #maxBytes: number;
  #pages = 0;

  /** `maxBytes` of entries, PLAIN encoded. */
  constructor(column: StoredColumn, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#fixedBytes = fixedBytesOf(column);
    this.#prefixBytes = this.#fixedBytes === undefined ? 4 : 0;
  }

  /** Booleans have nothing to gain. */
  static isFor({ physicalType }: StoredColumn): boolean {
    return physicalType !== PhysicalType.boolean;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Finds the numbers of the entries that the `count` values of a page are, and adds those that are new. False when a
   * dictionary does not pay, or no longer: then `indices` has no meaning and the page is to stay as it is.
   */
  encode(page: PageBuffer, count: number, indices: Int32Array): boolean {
    const isFirst = this.#pages === 0;
    const [entriesBefore, endBefore] = [this.#count, this.entries.end];
    this.#pages += 1;
    const maxEntries = isFirst ? Math.max(1, Math.floor(count / LEAST_REPEATS)) : MAX_ENTRIES;
    const { view } = page;
    let at = VALUES_START;
    for (let value = 0; value < count; value += 1) {
      const end = at + (this.#fixedBytes ?? 4 + lengthAt(view, at));
      const entry = this.#entryOf(view, at, end);
      if (entry === this.#count && !this.#add(page.bytes, at, end, maxEntries)) {
        // It is never asked again, and no page refers to what this one has added.
        this.#count = entriesBefore;
        this.entries.end = endBefore;
        return false;
      }
      indices[value] = entry;
      at = end;
    }
    return true;
  }

  #entryOf(view: DataView, start: number, end: number): number {
    const known = this.entries.view;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const prefix = this.#prefixBytes;
    for (let slot = hashOf(view, start + prefix, end) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1;
      if (entry < 0) {
        this.#freeSlot = slot;
        return this.#count;
      }
      const from = this.#starts[entry]!;
      const isAsLong = this.#starts[entry + 1]! - from === end - start;
      if (isAsLong && areEqual(known, from + prefix, view, start + prefix, end - start - prefix)) return entry;
    }
  }

  #add(bytes: Buffer, start: number, end: number, maxEntries: number): boolean {
    const { entries } = this;
    if (this.#count === maxEntries || entries.sizeBytes + end - start > this.#maxBytes) return false;
    entries.reserve(end - start);
    bytes.copy(entries.bytes, entries.end, start, end);
    entries.end += end - start;
    this.#count += 1;
    this.#starts[this.#count] = entries.end;
    this.#slots[this.#freeSlot] = this.#count;
    if (this.#count * 2 === this.#slots.length) this.#grow();
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const starts = new Int32Array(this.#slots.length + 1);
    starts.set(this.#starts);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry += 1) {
      let slot = hashOf(this.entries.view, starts[entry]! + this.#prefixBytes, starts[entry + 1]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
    this.#starts = starts;
  }
}

function fixedBytesOf({ physicalType, typeLength }: StoredColumn): number | undefined {
  if (physicalType === PhysicalType.byteArray) return undefined;
  if (physicalType === PhysicalType.fixedLenByteArray) return typeLength;
  return physicalType === PhysicalType.int32 || physicalType === PhysicalType.float ? 4 : 8;
}
