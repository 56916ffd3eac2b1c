import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { isExhaustive } from '../../../../support/exhaustive.ts';
import { type Capture, type CaptureName, capture, wireValue } from '../../../../support/tds/captures.ts';
import { expectedText, landedTexts } from '../../../../support/tds/landed-text.ts';
import { type TokenSpan, tokenSpans } from '../../../../support/tds/tedious-parser.ts';
import { done } from '../../../../support/tds/tokens.ts';
import { reading } from './decoding.ts';

const WITH_ROWS = ['empty', 'moments', 'numbers', 'quoted-names', 'texts', 'wide_nulls', 'print-then-rows'] as const;
/** Only the columns of a wide table and four rows of `texts` are longer. */
const LONG_TOKEN_BYTES = 450;
const COPIES = 128;
const CUTS_PER_COPY = 4;
/** Holds every capture in one batch, and costs the thousands of decoders less than 8,192 rows do. */
const LIMITS = { batchRows: 512 };
const FEW_ROWS = isExhaustive ? 5 : 3;
/** Tokens begin and differ in length as they like, so that every place of a column's value is met in one or another. */
const OFFSET_STEP = isExhaustive ? 1 : 3;

interface Outcome {
  readonly batches: readonly RecordBatch[];
  readonly serverRows: number | undefined;
  readonly tokens: readonly string[];
}

function decode(chunks: Iterable<Buffer>, limits = LIMITS): Outcome {
  const { reader, tokens } = reading(limits);
  const batches: RecordBatch[] = [];
  for (const chunk of chunks) batches.push(...reader.push(chunk));
  const last = reader.finish();
  if (last !== undefined) batches.push(last);
  return { batches, serverRows: reader.serverRows, tokens: tokens.map(({ name }) => name) };
}

function* bytewise(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
}

/** Arrow's buffers of all batches: equal for equal rows in equal batches. */
function buffersOf(batches: readonly RecordBatch[]): Buffer[] {
  const views = batches.flatMap((batch) =>
    batch.data.children.flatMap(({ values, valueOffsets, nullBitmap, nullCount }) => [
      values,
      ...(valueOffsets === undefined ? [] : [valueOffsets]),
      ...(nullCount === 0 ? [] : [nullBitmap]),
    ]),
  );
  return views.map((view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength));
}

function areEqual(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.length === others.length && some.every((buffer, index) => buffer.equals(others[index]!));
}

function expectServerText({ batches, serverRows }: Outcome, { columns, rows, rowCount }: Capture): void {
  expect(serverRows).toBe(rowCount);
  expect(batches.reduce((sum, { numRows }) => sum + numRows, 0)).toBe(rowCount);
  if (rows.length === 0) return;
  for (const [column, described] of columns.entries()) {
    const texts = rows.map((cells) => expectedText(described.type, wireValue(described, cells[column]!)));
    expect({ column: described.name, texts: landedTexts(batches, column) }).toEqual({ column: described.name, texts });
  }
}

/** Whether the chunks give the rows, tokens and count that `whole` has. */
function isSame(chunks: Iterable<Buffer>, whole: Outcome, buffers: readonly Buffer[], limits = LIMITS): boolean {
  const cut = decode(chunks, limits);
  return (
    cut.serverRows === whole.serverRows &&
    cut.tokens.join() === whole.tokens.join() &&
    areEqual(buffersOf(cut.batches), buffers)
  );
}

/** Those of the places at which the stream, cut in two there, gave other rows than uncut. */
function differingCuts(bytes: Buffer, places: Iterable<number>, limits = LIMITS): number[] {
  const whole = decode([bytes], limits);
  const buffers = buffersOf(whole.batches);
  return [...places].filter((at) => !isSame([bytes.subarray(0, at), bytes.subarray(at)], whole, buffers, limits));
}

/**
 * Those of the offsets at which the stream, with every token that is so long cut there, gave other rows than uncut. Over all
 * offsets every byte position of the stream was cut at; as a decoder knows nothing of the rows behind it, it is as good as cutting
 * the stream in two at every position, in a hundredth of the time.
 */
function differingOffsets(bytes: Buffer, spans: readonly TokenSpan[], offsets: Iterable<number>): number[] {
  const whole = decode([bytes]);
  const buffers = buffersOf(whole.batches);
  return [...offsets].filter((offset) => {
    const places = spans.filter(({ start, end }) => end - start > offset).map(({ start }) => start + offset);
    const chunks = [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
    return !isSame(chunks, whole, buffers);
  });
}

/** The same for a single row too long for that: of many copies of it in one stream each is cut at some other offsets. */
function differingLongOffsets(head: Buffer, row: Buffer, from: number): number[] {
  const stream = Buffer.concat([head, ...Array<Buffer>(COPIES).fill(row), done({ rowCount: COPIES })]);
  const whole = decode([stream]);
  const buffers = buffersOf(whole.batches);
  const stride = Math.ceil((row.length - from) / CUTS_PER_COPY);
  return [...range(0, stride, COPIES * OFFSET_STEP)].filter((first) => {
    const places = Array.from({ length: COPIES * CUTS_PER_COPY }, (_, cut) => {
      const copy = Math.floor(cut / CUTS_PER_COPY);
      const offset = from + (cut % CUTS_PER_COPY) * stride + Math.min(first + copy, stride - 1);
      return head.length + copy * row.length + Math.min(offset, row.length);
    });
    const chunks = [0, ...places].map((start, index) => stream.subarray(start, places[index] ?? stream.length));
    return !isSame(chunks, whole, buffers);
  });
}

function rowSpans(bytes: Buffer): TokenSpan[] {
  return tokenSpans(bytes).filter(({ name }) => name === 'ROW' || name === 'NBCROW');
}

function* range(from: number, end: number, step = 1): Iterable<number> {
  for (let at = from; at < end; at += step) yield at;
}

describe.each(WITH_ROWS)('the capture %s', (name) => {
  const recorded = capture(name);

  it('gives the exact text of every cell, whole and one byte at a time', () => {
    const whole = decode([recorded.bytes]);
    expectServerText(whole, recorded);
    const pieces = decode(bytewise(recorded.bytes));
    expect(pieces.tokens).toEqual(whole.tokens);
    expect(areEqual(buffersOf(pieces.batches), buffersOf(whole.batches))).toBe(true);
    expectServerText(pieces, recorded);
  });

  it('gives the same rows wherever its tokens are cut', () => {
    const { bytes } = recorded;
    const offsets = range(0, Math.min(LONG_TOKEN_BYTES, bytes.length), OFFSET_STEP);
    expect(differingOffsets(bytes, tokenSpans(bytes), offsets)).toEqual([]);
    const rows = rowSpans(bytes);
    const head = bytes.subarray(0, rows[0]?.start);
    for (const { start, end } of rows.filter((row) => row.end - row.start > LONG_TOKEN_BYTES)) {
      expect(differingLongOffsets(head, bytes.subarray(start, end), LONG_TOKEN_BYTES)).toEqual([]);
    }
  });

  it('gives the same rows when it is cut in two between tokens, and here and there', () => {
    const { bytes } = recorded;
    const borders = tokenSpans(bytes).map(({ end }) => end);
    expect(differingCuts(bytes, [...borders, ...range(0, bytes.length, bytes.length < 1000 ? 1 : 499)])).toEqual([]);
  });

  it('gives the same rows wherever a stream of its first rows is cut in two', () => {
    const rows = rowSpans(recorded.bytes).slice(0, FEW_ROWS);
    const end = rows.at(-1)?.end ?? tokenSpans(recorded.bytes).at(-1)!.start;
    const stream = Buffer.concat([recorded.bytes.subarray(0, end), done({ rowCount: rows.length })]);
    expect(differingCuts(stream, range(0, stream.length), { batchRows: FEW_ROWS })).toEqual([]);
  });

  it('gives the same rows in packets of any usual size', () => {
    const whole = buffersOf(decode([recorded.bytes]).batches);
    for (const size of [2, 3, 7, 64, 512, 4096, 16_384]) {
      const chunks = [...range(0, recorded.bytes.length, size)].map((at) => recorded.bytes.subarray(at, at + size));
      expect(areEqual(buffersOf(decode(chunks).batches), whole)).toBe(true);
    }
  });

  it('is refused wherever it ends early', () => {
    const last = tokenSpans(recorded.bytes).at(-1)!;
    const places = [
      ...range(0, recorded.bytes.length, recorded.bytes.length < 1000 ? 1 : 997),
      last.start,
      last.end - 1,
    ];
    for (const at of places) {
      expect(() => decode([recorded.bytes.subarray(0, at)])).toThrow(
        expect.objectContaining({ code: 'TDS_TRUNCATED' }),
      );
    }
  });
});

describe('the captures of what goes wrong', () => {
  const failing = (name: CaptureName, cuts: (bytes: Buffer) => Iterable<Buffer>) => {
    const { reader, tokens } = reading();
    const batches: RecordBatch[] = [];
    for (const chunk of cuts(capture(name).bytes)) batches.push(...reader.push(chunk));
    return { reader, tokens, batches, last: reader.finish() };
  };

  it.each(['syntax-error', 'missing-table'] as const)('%s hands the error to the driver and lands nothing', (name) => {
    for (const cuts of [bytewise, (bytes: Buffer) => [bytes]]) {
      const { reader, tokens, batches, last } = failing(name, cuts);
      expect(batches).toEqual([]);
      expect(last).toBeUndefined();
      expect(reader.decoder).toBeUndefined();
      expect(reader.serverRows).toBeUndefined();
      expect(tokens[0]).toMatchObject({ name: 'ERROR', ...capture(name).error });
    }
  });

  it('error-mid-stream decodes the rows before the error, keeps the unfinished batch, hands the error to the driver', () => {
    const { bytes, error } = capture('error-mid-stream');
    // A row has 11 bytes: with steps of 7 each of its offsets is cut at, again and again.
    const places = [...range(0, 200), ...range(200, bytes.length - 200, 7), ...range(bytes.length - 200, bytes.length)];
    const differing = places.filter((at) => {
      const cut = failing('error-mid-stream', () => [bytes.subarray(0, at), bytes.subarray(at)]);
      const names = cut.tokens.map(({ name }) => name).join();
      const isRight = cut.reader.decoder?.rows === 1500 && cut.reader.serverRows === undefined;
      return !isRight || cut.batches.length > 0 || cut.last !== undefined || names !== 'COLMETADATA,ERROR,DONE';
    });
    expect(differing).toEqual([]);
    const { tokens } = failing('error-mid-stream', bytewise);
    expect(tokens[1]).toMatchObject(error!);
  });

  it('two-results is refused for good', () => {
    const { bytes } = capture('two-results');
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(() => decode([bytes.subarray(0, at), bytes.subarray(at)])).toThrow(
        expect.objectContaining({ code: 'MULTIPLE_RESULTS', retry: 'permanent' }),
      );
    }
  });

  it('print-then-rows hands the message to the driver first', () => {
    const { tokens } = decode([capture('print-then-rows').bytes]);
    expect(tokens).toEqual(['INFO', 'DONE', 'COLMETADATA', 'DONE']);
  });
});
