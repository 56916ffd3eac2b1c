import { isUtf8 } from 'node:buffer';
import { UTF8_CODE_PAGE } from '../collations/code-pages.ts';
import { collationAt } from '../collations/collation-code-page.ts';
import { type CodePageTextColumn, notDecodable } from './code-page-text.ts';
import { codePageTextColumn, requireCodePage } from './collated-text.ts';
import { NULL_LENGTH, viewOf } from './tds-column.ts';
import {
  DateTextColumn,
  DatetimeTextColumn,
  ScaledTemporalTextColumn,
  SmallDatetimeTextColumn,
  type TemporalTextColumn,
} from './temporal-text.ts';
import { GUID_CHARACTERS, writeGuid } from './uniqueidentifier.ts';
import { VariableWidthColumn } from './variable-width.ts';
import { decimalText, numberForm, unscaledAt } from './variant-numbers.ts';

const GUID = 0x24;
const SCALED_TEMPORALS = new Map([
  [0x29, 'time'],
  [0x2a, 'datetime2'],
  [0x2b, 'datetimeoffset'],
] as const);
const TEMPORALS = new Map([
  [0x28, DateTextColumn],
  [0x3a, SmallDatetimeTextColumn],
  [0x3d, DatetimeTextColumn],
]);
const DECIMALS = new Set([0x6a, 0x6c]);
const BINARIES = new Set([0xa5, 0xad]);
const TEXTS = new Set([0xa7, 0xaf]);
const UNICODE_TEXTS = new Set([0xe7, 0xef]);

const MAX_PRECISION = 38;
const MAX_SCALE = 7;
const LONGEST_TEMPORAL_BYTES = 33;

/**
 * sql_variant as the text of the value inside: type id, count of property bytes, properties, value (MS-TDS 2.2.5.5.4).
 * Whole numbers, decimals, bit and uniqueidentifier are as CONVERT prints them; money has its four digits; float and
 * real the fewest digits that read back as the same number; temporal values are ISO 8601 with all their digits; binary
 * values are 0x and upper-case hex, as CONVERT prints them with style 1.
 */
export class VariantColumn extends VariableWidthColumn {
  readonly #temporals = new Map<number, TemporalTextColumn>();
  readonly #texts = new Map<number, CodePageTextColumn>();

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { offsets } = this;
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      if (lengths[i] !== NULL_LENGTH) this.#append(bytes, starts[i]!, lengths[i]!);
      offsets[++row] = this.used;
    }
  }

  #append(bytes: Uint8Array, at: number, length: number): void {
    if (length < 2 || length < 2 + bytes[at + 1]!) throw this.malformed(`a sql_variant of ${length} bytes`);
    const typeId = bytes[at]!;
    const value = at + 2 + bytes[at + 1]!;
    const end = at + length;
    const kind = SCALED_TEMPORALS.get(typeId as 0x29);
    if (numberForm(typeId) !== undefined) this.#appendNumber(bytes, at, value, end);
    else if (DECIMALS.has(typeId)) this.#appendDecimal(bytes, at, value, end);
    else if (typeId === GUID) this.#appendGuid(bytes, at, value, end);
    else if (kind !== undefined) this.#appendTemporal(this.#scaled(kind, bytes, at), bytes, value, end);
    else if (TEMPORALS.has(typeId)) this.#appendTemporal(this.#unscaled(bytes, at), bytes, value, end);
    else if (BINARIES.has(typeId)) this.#appendBinary(bytes, at, value, end);
    else if (TEXTS.has(typeId)) this.#appendText(bytes, at, value, end);
    else if (UNICODE_TEXTS.has(typeId)) this.#appendUnicode(bytes, at, value, end);
    else throw this.malformed(`the unknown type 0x${typeId.toString(16)} in a sql_variant`);
  }

  #appendNumber(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 0);
    const form = numberForm(bytes[at]!)!;
    if (end - value !== form.bytes) throw this.wrongLength(end - value, form.bytes);
    this.#write(form.text(viewOf(bytes), value));
  }

  #appendDecimal(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 2);
    const precision = bytes[at + 2]!;
    const scale = bytes[at + 3]!;
    const length = end - value;
    const sound = precision >= 1 && precision <= MAX_PRECISION && scale <= precision;
    if (!sound || length < 5 || length > 17 || length % 4 !== 1) {
      throw this.malformed(`a decimal(${precision},${scale}) of ${length} bytes in a sql_variant`);
    }
    if (bytes[value]! > 1) throw this.malformed(`the sign ${bytes[value]}`);
    const unscaled = unscaledAt(bytes, value, end);
    const magnitude = unscaled < 0n ? -unscaled : unscaled;
    if (magnitude >= 10n ** BigInt(precision)) throw this.malformed(`a number of more than ${precision} digits`);
    this.#write(decimalText(unscaled, scale));
  }

  #appendGuid(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 0);
    if (end - value !== 16) throw this.wrongLength(end - value, 16);
    writeGuid(bytes, value, viewOf(this.reserve(GUID_CHARACTERS)), this.used);
    this.used += GUID_CHARACTERS;
  }

  #appendTemporal(column: TemporalTextColumn, bytes: Uint8Array, value: number, end: number): void {
    this.used = column.write(bytes, value, end - value, this.reserve(LONGEST_TEMPORAL_BYTES), this.used);
  }

  #scaled(kind: 'time' | 'datetime2' | 'datetimeoffset', bytes: Uint8Array, at: number): TemporalTextColumn {
    this.#expectProperties(bytes, at, 1);
    const scale = bytes[at + 2]!;
    if (scale > MAX_SCALE) throw this.malformed(`the scale ${scale} of a ${kind}`);
    const key = bytes[at]! * 256 + scale;
    return this.#temporals.get(key) ?? this.#keep(key, new ScaledTemporalTextColumn(this.shape, 0, kind, scale));
  }

  #unscaled(bytes: Uint8Array, at: number): TemporalTextColumn {
    this.#expectProperties(bytes, at, 0);
    const typeId = bytes[at]!;
    return this.#temporals.get(typeId) ?? this.#keep(typeId, new (TEMPORALS.get(typeId)!)(this.shape, 0));
  }

  #keep(key: number, column: TemporalTextColumn): TemporalTextColumn {
    this.#temporals.set(key, column);
    return column;
  }

  #appendBinary(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 2);
    this.#write(`0x${Buffer.from(bytes.subarray(value, end)).toString('hex').toUpperCase()}`);
  }

  #appendText(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 7);
    const codePage = requireCodePage(this.shape, collationAt(bytes, at + 2));
    if (codePage === UTF8_CODE_PAGE) {
      this.#appendUtf8(bytes.subarray(value, end));
      return;
    }
    const column = this.#texts.get(codePage) ?? codePageTextColumn(this.shape, 0, codePage);
    this.#texts.set(codePage, column);
    this.used = column.write(bytes, value, end, this.reserve((end - value) * 3), this.used);
  }

  #appendUtf8(text: Uint8Array): void {
    if (!isUtf8(text)) throw notDecodable(this.shape, this.quotedName(), UTF8_CODE_PAGE, text.subarray(0, 32));
    this.reserve(text.length).set(text, this.used);
    this.used += text.length;
  }

  #appendUnicode(bytes: Uint8Array, at: number, value: number, end: number): void {
    this.#expectProperties(bytes, at, 7);
    if ((end - value) % 2 !== 0) throw this.malformed(`${end - value} bytes where UTF-16 has an even number of them`);
    const text = Buffer.from(bytes.subarray(value, end)).toString('utf16le');
    if (!text.isWellFormed()) this.lossyValues += 1;
    this.#write(text);
  }

  #write(text: string): void {
    const size = Buffer.byteLength(text);
    const target = this.reserve(size);
    this.used += new TextEncoder().encodeInto(text, target.subarray(this.used, this.used + size)).written;
  }

  #expectProperties(bytes: Uint8Array, at: number, expected: number): void {
    const found = bytes[at + 1]!;
    if (found !== expected) {
      throw this.malformed(`${found} property bytes of type 0x${bytes[at]!.toString(16)}, which has ${expected}`);
    }
  }
}
