import fc from 'fast-check';
import { dateText, dateTime2Text, dateTimeText, offsetText, smallDateTimeText, timeText } from './arbitrary-moments.ts';
import { bigExtremes, decimalText, signedText } from './arbitrary-numbers.ts';
import { binaryText, clrText, fixedUnicodeText, singleByteText, unicodeText, xmlText } from './arbitrary-texts.ts';
import { COLLATION_NAMES } from './collations.ts';
import type { PlpShape, VariantValue, WireColumn, WireType, WireValue } from './wire-types.ts';

/** A table of random columns and rows: a third of the nullable values NULL, extremes favoured, values in the server's own text. */
export interface RandomTable {
  readonly columns: readonly WireColumn[];
  readonly rows: readonly (readonly WireValue[])[];
}

export interface TableSize {
  readonly maxColumns?: number;
  readonly maxRows?: number;
}

const BOUNDED_LENGTHS = [1, 2, 10, 255, 4000];
const BOUNDED_BYTES = [1, 2, 10, 255, 8000];
const MAX_TEXT = 300;

/** A column type of any kind that a sql_variant may hold too. */
export function boundedType(): fc.Arbitrary<WireType> {
  const nullable = fc.boolean();
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom('bit', 'tinyint', 'smallint', 'int', 'bigint', 'real', 'float', 'money', 'smallmoney'),
      nullable,
    }),
    fc.record({ kind: fc.constantFrom('date', 'datetime', 'smalldatetime', 'uniqueidentifier'), nullable }),
    fc
      .record({ kind: fc.constantFrom('decimal', 'numeric'), precision: fc.integer({ min: 1, max: 38 }), nullable })
      .chain((type) => fc.integer({ min: 0, max: type.precision }).map((scale) => ({ ...type, scale }))),
    fc.record({
      kind: fc.constantFrom('time', 'datetime2', 'datetimeoffset'),
      scale: fc.integer({ min: 0, max: 7 }),
      nullable,
    }),
    fc.record({
      kind: fc.constantFrom('char', 'varchar'),
      length: fc.constantFrom(...BOUNDED_BYTES),
      collation: fc.constantFrom(...COLLATION_NAMES),
      nullable,
    }),
    fc.record({ kind: fc.constantFrom('nchar', 'nvarchar'), length: fc.constantFrom(...BOUNDED_LENGTHS), nullable }),
    fc.record({ kind: fc.constantFrom('binary', 'varbinary'), length: fc.constantFrom(...BOUNDED_BYTES), nullable }),
  );
}

/** A column type without bound, or with a form of its own on the wire. */
export function largeType(): fc.Arbitrary<WireType> {
  const nullable = fc.boolean();
  const collation = fc.constantFrom(...COLLATION_NAMES);
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('xml', 'ntext', 'image', 'hierarchyid', 'geometry', 'geography'), nullable }),
    fc.record({ kind: fc.constantFrom('rowversion', 'sql_variant'), nullable }),
    fc.record({ kind: fc.constant('text'), collation, nullable }),
    fc.record({ kind: fc.constant('varchar'), length: fc.constant('max'), collation, nullable }),
    fc.record({ kind: fc.constantFrom('nvarchar', 'varbinary'), length: fc.constant('max'), nullable }),
  );
}

/** Any column type. */
export function wireType(): fc.Arbitrary<WireType> {
  return fc.oneof({ weight: 3, arbitrary: boundedType() }, { weight: 1, arbitrary: largeType() });
}

/** A value of the type, never NULL; char, nchar and binary come padded as the server sends them. */
export function wireText(type: WireType): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'bit':
      return fc.constantFrom('0', '1');
    case 'tinyint':
      return bigExtremes(0n, 255n).map(String);
    case 'smallint':
      return signedText(16);
    case 'int':
      return signedText(32);
    case 'bigint':
      return signedText(64);
    case 'real':
      return fc.float({ noNaN: true, noDefaultInfinity: true }).map(floatText);
    case 'float':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map(floatText);
    case 'money':
      return bigExtremes(-(2n ** 63n), 2n ** 63n - 1n).map((units) => decimalText(units, 4));
    case 'smallmoney':
      return bigExtremes(-(2n ** 31n), 2n ** 31n - 1n).map((units) => decimalText(units, 4));
    case 'decimal':
    case 'numeric': {
      const most = 10n ** BigInt(type.precision) - 1n;
      return bigExtremes(-most, most).map((units) => decimalText(units, type.scale));
    }
    case 'uniqueidentifier':
      return fc.uuid().map((text) => text.toUpperCase());
    default:
      return momentOrText(type);
  }
}

function momentOrText(type: WireType): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'date':
      return dateText();
    case 'datetime':
      return dateTimeText();
    case 'smalldatetime':
      return smallDateTimeText();
    case 'time':
      return timeText(type.scale);
    case 'datetime2':
      return dateTime2Text(type.scale);
    case 'datetimeoffset':
      return offsetText(type.scale);
    case 'char':
      return singleByteText(Number(type.length), type.collation, true);
    case 'varchar':
      return singleByteText(type.length === 'max' ? MAX_TEXT : type.length, type.collation, false);
    case 'text':
      return singleByteText(MAX_TEXT, type.collation, false);
    case 'nchar':
      return fixedUnicodeText(Number(type.length));
    case 'nvarchar':
      return unicodeText(type.length === 'max' ? MAX_TEXT : type.length);
    case 'ntext':
      return unicodeText(MAX_TEXT);
    case 'xml':
      return xmlText();
    case 'binary':
      return binaryText(Number(type.length), true);
    case 'varbinary':
      return binaryText(type.length === 'max' ? MAX_TEXT : type.length, false);
    case 'rowversion':
      return binaryText(8, true);
    default:
      return clrText();
  }
}

/** A value of the type, sometimes NULL where it may be. */
export function wireValue(type: WireType): fc.Arbitrary<WireValue> {
  const value: fc.Arbitrary<WireValue> = type.kind === 'sql_variant' ? variantValue() : wireText(type);
  return type.nullable === false ? value : fc.option(value, { freq: 3, nil: null });
}

/** A sql_variant value of any inner type. */
export function variantValue(): fc.Arbitrary<VariantValue> {
  return boundedType().chain((of) => wireText(of).map((text) => ({ of, text })));
}

/** A table of any columns, duplicate and empty names included. */
export function randomTable(
  { maxColumns = 6, maxRows = 12 }: TableSize = {},
  type = wireType(),
): fc.Arbitrary<RandomTable> {
  const column = fc.record({
    name: fc.oneof(fc.constantFrom('id', 'a b', 'ä]"', ''), fc.string({ maxLength: 12 })),
    type,
  });
  return fc.array(column, { minLength: 1, maxLength: maxColumns }).chain((columns) => {
    const row = fc.tuple(...columns.map((each) => wireValue(each.type)));
    return fc.record({ columns: fc.constant(columns), rows: fc.array(row, { maxLength: maxRows }) });
  });
}

/** How a server may cut PLP values. */
export function plpShape(): fc.Arbitrary<PlpShape> {
  return fc.record({
    chunkBytes: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 8000 })), {
      maxLength: 4,
    }),
    unknownLength: fc.boolean(),
  });
}

/** `bytes` cut at the fractions' places, in order; empty pieces are left out. */
export function cutAt(bytes: Buffer, fractions: readonly number[]): Buffer[] {
  const places = fractions.map((fraction) => Math.floor(fraction * bytes.length)).sort((one, other) => one - other);
  return [0, ...places]
    .map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
    .filter((piece) => piece.length > 0);
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
