import { isUtf8 } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import { LandfallError } from '../../../../../shared/core/errors.ts';
import { isExhaustive } from '../../../../support/exhaustive.ts';
import { cutAt, type RandomTable, randomTable } from '../../../../support/tds/arbitraries.ts';
import { type CaptureName, capture } from '../../../../support/tds/captures.ts';
import { landedTexts } from '../../../../support/tds/landed-text.ts';
import { type Mutation, mutated, mutation } from '../../../../support/tds/mutations.ts';
import { tediousTokens, tokenSpans } from '../../../../support/tds/tedious-parser.ts';
import { isExactInTedious, tediousText } from '../../../../support/tds/tedious-text.ts';
import { colMetadata, done, info, nbcRow, order, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import { reading } from './decoding.ts';

const RUNS = Number(process.env.LANDFALL_FUZZ_RUNS ?? (isExhaustive ? 6_000 : 2_500));
const SEED = Number(process.env.LANDFALL_FUZZ_SEED ?? Date.now() % 0x7fff_ffff);
const LIMITS = { batchRows: 4, batchBytes: 64 * 1024, maxValueBytes: 64 * 1024 };
/** A stream has at most a few kB: a decoder that takes this long hangs. */
const LONGEST_MS = 60_000;

/** Every error that a damaged stream may end in. */
const CODES = [
  'COLLATION_UNKNOWN',
  'MULTIPLE_RESULTS',
  'ROW_COUNT_DIFFERS',
  'ROW_COUNT_MISSING',
  'TDS_MALFORMED',
  'TDS_TRUNCATED',
  'TEXT_NOT_DECODABLE',
  'TYPE_UNKNOWN',
  'VALUE_NOT_REPRESENTABLE',
  'VALUE_TOO_LARGE',
];

interface Base {
  readonly columns: readonly WireColumn[];
  readonly bytes: Buffer;
  /** Where the description of the columns ends: damage behind it leaves their types as they are. */
  readonly rowsFrom: number;
}

type Ending =
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The server's own error, or a DONE with its bit: the driver fails the request, no row counts. */
  | { readonly kind: 'server-error' }
  | { readonly kind: 'landed'; readonly batches: readonly RecordBatch[]; readonly serverRows: number | undefined };

function decode(chunks: Iterable<Buffer>, key: readonly string[] = []): Ending {
  const { reader, tokens } = reading(LIMITS, key);
  const batches: RecordBatch[] = [];
  try {
    for (const chunk of chunks) batches.push(...reader.push(chunk));
    const last = reader.finish();
    if (last !== undefined) batches.push(last);
  } catch (error) {
    return { kind: 'refused', error };
  }
  const hasFailed = tokens.some((token) => {
    const { name, sqlError, serverError } = token as unknown as Record<string, unknown>;
    return name === 'ERROR' || sqlError === true || serverError === true;
  });
  return hasFailed ? { kind: 'server-error' } : { kind: 'landed', batches, serverRows: reader.serverRows };
}

/** Landed rows are right when the server counted as many and every value is one of its column's Arrow type. */
function expectSound({ batches, serverRows }: Ending & { kind: 'landed' }): void {
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  expect(rows).toBe(serverRows ?? 0);
  const unsound = batches.flatMap(({ numRows, data }) =>
    data.children.filter((column) => column.length !== numRows || !isSound(column)),
  );
  expect(unsound).toEqual([]);
}

function isSound({ type, values, valueOffsets, length }: Data): boolean {
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    for (let i = 0; i < length; i += 1) if (valueOffsets[i]! > valueOffsets[i + 1]!) return false;
    const isFilled = valueOffsets[0] === 0 && valueOffsets[length] === values.length;
    return isFilled && (DataType.isBinary(type) || isUtf8(values));
  }
  const slots = DataType.isBool(type) ? (length + 7) >> 3 : length * (DataType.isDecimal(type) ? 4 : 1);
  return values.length >= slots;
}

/** … and when tedious' own parser reads the very same rows out of the same bytes, as far as it is exact. */
function expectSameAsTedious(
  { batches }: Ending & { kind: 'landed' },
  columns: readonly WireColumn[],
  bytes: Buffer,
): void {
  const rows = tediousTokens(bytes).filter(({ name }) => name === 'ROW' || name === 'NBCROW');
  const differing: unknown[] = [];
  for (const [column, described] of columns.entries()) {
    const texts = landedTexts(batches, column);
    expect(texts).toHaveLength(rows.length);
    for (const [index, text] of texts.entries()) {
      const cell = rows[index]!.columns![column]!.value;
      if (!isSame(described, text, cell)) differing.push({ column: described.name, index, text, cell });
    }
  }
  expect(differing).toEqual([]);
}

function isSame(column: WireColumn, text: string | undefined, cell: unknown): boolean {
  if (text === undefined || cell === null) return text === undefined && cell === null;
  if (!isComparable(column, text)) return true;
  const theirs = tediousText(column.type, cell)!.toWellFormed();
  // iconv-lite gives U+FFFD where Windows, and we, have a character.
  return text === theirs || theirs.includes('\uFFFD');
}

/** Left out: what tedious rounds or loses, what we land in another spelling, and digits that micros cut. */
function isComparable({ type }: WireColumn, text: string): boolean {
  if (type.kind === 'sql_variant' || type.kind === 'datetimeoffset') return false;
  if ((type.kind === 'time' || type.kind === 'datetime2') && type.scale === 7) return false;
  return isExactInTedious(type, text);
}

function encodedTable({ columns, rows }: RandomTable): Base {
  const head = Buffer.concat([info({ number: 5701, message: 'Changed.' }), colMetadata(columns), order([1])]);
  const tokens = rows.map((values, index) =>
    (index % 2 === 0 ? row : nbcRow)(columns, values, { chunkBytes: [5, 40] }),
  );
  return {
    columns,
    bytes: Buffer.concat([head, ...tokens, done({ rowCount: rows.length })]),
    rowsFrom: head.length,
  };
}

function recorded(name: CaptureName): Base {
  const { columns, bytes } = capture(name);
  const spans = tokenSpans(bytes);
  const rows = spans.filter((span) => span.name === 'ROW' || span.name === 'NBCROW').slice(0, 12);
  const stream = Buffer.concat([bytes.subarray(0, rows.at(-1)!.end), done({ rowCount: rows.length })]);
  return { columns, bytes: stream, rowsFrom: rows[0]!.start };
}

const BASES: readonly Base[] = [
  ...(['moments', 'numbers', 'texts', 'wide_nulls'] as const).map(recorded),
  ...fc.sample(randomTable({ maxColumns: 10, maxRows: 10 }), { numRuns: 60, seed: SEED }).map(encodedTable),
];

function check(
  base: Base,
  mutations: readonly Mutation[],
  fractions: readonly number[],
  hasKey: boolean,
): Ending['kind'] {
  const bytes = mutated(base.bytes, mutations);
  const key = hasKey ? [base.columns[0]!.name] : [];
  const started = performance.now();
  const ending = decode(cutAt(bytes, fractions), key);
  expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  const isBehindColumns = bytes.subarray(0, base.rowsFrom).equals(base.bytes.subarray(0, base.rowsFrom));
  expectRight(ending, base.columns, bytes, isBehindColumns);
  return ending.kind;
}

/** Tedious' reading is compared where the damage has left the columns' types as they were. */
function expectRight(ending: Ending, columns: readonly WireColumn[], bytes: Buffer, hasColumns: boolean): void {
  if (ending.kind === 'refused') {
    expect(ending.error).toBeInstanceOf(LandfallError);
    expect(CODES).toContain((ending.error as LandfallError).code);
  }
  if (ending.kind !== 'landed') return;
  expectSound(ending);
  if (hasColumns) expectSameAsTedious(ending, columns, bytes);
}

describe(`damaged streams (LANDFALL_FUZZ_SEED=${SEED})`, () => {
  /** tedious tells of session changes that it does not know on the console, and damage makes many of them. */
  beforeAll(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const cuts = fc.array(place, { maxLength: 6 });

  it('give a typed error or sound rows, never another error, a hang or a lost row', () => {
    const endings = new Map<string, number>();
    const damage = fc.array(mutation(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.nat({ max: BASES.length - 1 }),
        damage,
        cuts,
        fc.boolean(),
        (index, mutations, fractions, hasKey) => {
          const kind = check(BASES[index]!, mutations, fractions, hasKey);
          endings.set(kind, (endings.get(kind) ?? 0) + 1);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(endings.get('refused')).toBeGreaterThan(RUNS / 4);
    expect(endings.get('landed')).toBeGreaterThan(RUNS / 50);
  });

  it('with a single byte of their rows changed give a typed error or sound rows', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.nat({ max: BASES.length - 1 }), change, (index, [place, difference]) => {
        const { bytes, columns, rowsFrom } = BASES[index]!;
        const changed = Buffer.from(bytes);
        changed[rowsFrom + (place % (bytes.length - rowsFrom))]! ^= difference;
        expectRight(decode([changed]), columns, changed, true);
      }),
      { numRuns: RUNS / 2, seed: SEED },
    );
  });

  it('end the same way however they are cut', () => {
    const describeEnding = (ending: Ending): string => {
      if (ending.kind === 'refused') return (ending.error as LandfallError).code;
      return ending.kind === 'landed' ? `${ending.serverRows}` : ending.kind;
    };
    fc.assert(
      fc.property(fc.nat({ max: BASES.length - 1 }), mutation(), cuts, (index, damage, fractions) => {
        const bytes = mutated(BASES[index]!.bytes, [damage]);
        expect(describeEnding(decode(cutAt(bytes, fractions)))).toBe(describeEnding(decode([bytes])));
      }),
      { numRuns: RUNS / 4, seed: SEED },
    );
  });

  it('are refused wherever they end early, whatever the types', () => {
    fc.assert(
      fc.property(fc.nat({ max: BASES.length - 1 }), place, cuts, (index, fraction, fractions) => {
        const { bytes } = BASES[index]!;
        const ending = decode(cutAt(bytes.subarray(0, Math.floor(fraction * bytes.length)), fractions));
        expect(ending).toMatchObject({ kind: 'refused', error: { code: 'TDS_TRUNCATED', retry: 'transient' } });
      }),
      { numRuns: RUNS / 4, seed: SEED },
    );
  });

  it('never land a stream from which rows were cut out or which has some twice', () => {
    fc.assert(
      fc.property(fc.nat({ max: BASES.length - 1 }), fc.nat(), fc.boolean(), (index, place, twice) => {
        const { bytes } = BASES[index]!;
        const rows = tokenSpans(bytes).filter(({ name }) => name === 'ROW' || name === 'NBCROW');
        if (rows.length === 0) return;
        const { start, end } = rows[place % rows.length]!;
        const stream = Buffer.concat([bytes.subarray(0, twice ? end : start), bytes.subarray(twice ? start : end)]);
        expect(decode([stream])).toMatchObject({
          kind: 'refused',
          error: { code: 'ROW_COUNT_DIFFERS', retry: 'once' },
        });
      }),
      { numRuns: RUNS / 10, seed: SEED },
    );
  });
});
