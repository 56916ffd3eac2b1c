import type { DataType } from 'apache-arrow';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import type { Temporal } from '../../config/config.ts';
import { SourceError } from '../../core/errors.ts';
import type { ColumnShape } from '../columns/column-builder.ts';
import { type Mapping, malformedColumn } from './columns/mapping.ts';
import { decimalMapping, NUMBER_TYPES } from './columns/number-types.ts';
import type { TdsColumn } from './columns/tds-column.ts';
import { DATE, datetimeMapping, scaledMapping, smallDatetimeMapping } from './columns/temporal-types.ts';
import {
  binaryMapping,
  clrMapping,
  collatedMapping,
  IMAGE,
  MAX_LENGTH,
  NTEXT,
  sized,
  UNIQUEIDENTIFIER,
  UNTYPED_NULL,
  unicodeMapping,
  VARIANT,
  XML,
} from './columns/text-types.ts';
import { castRemedy } from './quoting.ts';

/**
 * How a cell of a column stands in a ROW token (MS-TDS 2.2.5.2): `fixed` without a length, behind a length of one or two
 * bytes, behind a text pointer and a time stamp, behind a length of four bytes (`variant`), or in chunks (`plp`).
 */
export type Layout =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'byte-length' | 'ushort-length' | 'text-pointer' | 'variant' | 'plp' };

/** How a column is read from the wire, landed and decoded. */
export interface ColumnPlan {
  readonly layout: Layout;
  readonly type: DataType;
  /** As T-SQL writes it: nvarchar(50), decimal(12,2), rowversion. */
  readonly sourceType: string;
  /** Bytes a row surely takes in Arrow's buffers, for sizing batches. */
  readonly rowBytes: number;
  readonly builder: (shape: ColumnShape, capacity: number) => TdsColumn;
}

const FIXED_BYTES: ReadonlyMap<string, number> = new Map([
  ['Null', 0],
  ['TinyInt', 1],
  ['Bit', 1],
  ['SmallInt', 2],
  ['Int', 4],
  ['SmallDateTime', 4],
  ['Real', 4],
  ['SmallMoney', 4],
  ['Money', 8],
  ['DateTime', 8],
  ['Float', 8],
  ['BigInt', 8],
]);

/** The fixed type that a nullable one is, by its length. */
const NULLABLE_KINDS: ReadonlyMap<string, Readonly<Record<number, string>>> = new Map([
  ['IntN', { 1: 'TinyInt', 2: 'SmallInt', 4: 'Int', 8: 'BigInt' }],
  ['BitN', { 1: 'Bit' }],
  ['FloatN', { 4: 'Real', 8: 'Float' }],
  ['MoneyN', { 4: 'SmallMoney', 8: 'Money' }],
  ['DateTimeN', { 4: 'SmallDateTime', 8: 'DateTime' }],
]);

/**
 * The plan of a column as COLMETADATA describes it. `name` is the one it is landed under, for errors.
 * @throws SourceError COLLATION_UNKNOWN or TYPE_UNKNOWN, for good, and TDS_MALFORMED.
 */
export function planColumn(metadata: ColumnMetadata, name: string, temporal: Temporal): ColumnPlan {
  const { type, sourceType, rowBytes, builder } = mappingOf(metadata, name, temporal);
  return { layout: layoutOf(metadata), type, sourceType, rowBytes, builder };
}

function layoutOf({ type, dataLength }: ColumnMetadata): Layout {
  const bytes = FIXED_BYTES.get(type.name);
  if (bytes !== undefined) return { kind: 'fixed', bytes };
  switch (type.name) {
    case 'Char':
    case 'VarChar':
    case 'NChar':
    case 'NVarChar':
    case 'Binary':
    case 'VarBinary':
      return { kind: dataLength === MAX_LENGTH ? 'plp' : 'ushort-length' };
    case 'Text':
    case 'NText':
    case 'Image':
      return { kind: 'text-pointer' };
    case 'Variant':
      return { kind: 'variant' };
    case 'UDT':
    case 'Xml':
      return { kind: 'plp' };
    default:
      return { kind: 'byte-length' };
  }
}

function mappingOf(metadata: ColumnMetadata, name: string, temporal: Temporal): Mapping {
  const { precision, scale, dataLength } = metadata;
  const kind = kindOf(metadata, name);
  const number = NUMBER_TYPES.get(kind);
  if (number !== undefined) return number;
  switch (kind) {
    case 'DecimalN':
      return decimalMapping(name, 'decimal', precision, scale);
    case 'NumericN':
      return decimalMapping(name, 'numeric', precision, scale);
    case 'Date':
      return DATE;
    case 'Time':
      return scaledMapping(name, 'time', scale, temporal);
    case 'DateTime2':
      return scaledMapping(name, 'datetime2', scale, temporal);
    case 'DateTimeOffset':
      return scaledMapping(name, 'datetimeoffset', scale, temporal);
    case 'DateTime':
      return datetimeMapping(temporal);
    case 'SmallDateTime':
      return smallDatetimeMapping(temporal);
    case 'Char':
      return collatedMapping(name, sized('char', dataLength, 1), metadata);
    case 'VarChar':
      return collatedMapping(name, sized('varchar', dataLength, 1), metadata);
    case 'Text':
      return collatedMapping(name, 'text', metadata);
    case 'NChar':
      return unicodeMapping('nchar', metadata);
    case 'NVarChar':
      return unicodeMapping('nvarchar', metadata);
    case 'Binary':
      return binaryMapping('binary', metadata);
    case 'VarBinary':
      return binaryMapping('varbinary', metadata);
    default:
      return otherMapping(kind, metadata, name);
  }
}

function otherMapping(kind: string, metadata: ColumnMetadata, name: string): Mapping {
  switch (kind) {
    case 'UniqueIdentifier':
      return UNIQUEIDENTIFIER;
    case 'NText':
      return NTEXT;
    case 'Image':
      return IMAGE;
    case 'Xml':
      return XML;
    case 'Variant':
      return VARIANT;
    case 'UDT':
      return clrMapping(metadata);
    case 'Null':
      return UNTYPED_NULL;
    default:
      throw unknownType(kind, name);
  }
}

function kindOf({ type, dataLength }: ColumnMetadata, name: string): string {
  const kinds = NULLABLE_KINDS.get(type.name);
  if (kinds === undefined) return type.name;
  const kind = kinds[dataLength ?? 0];
  if (kind === undefined) throw malformedColumn(name, `${type.name} of ${dataLength} bytes`);
  return kind;
}

function unknownType(kind: string, name: string): SourceError {
  return new SourceError('TYPE_UNKNOWN', `Column "${name}" is of the type ${kind}, which cannot be landed.`, {
    retry: 'permanent',
    remedy: castRemedy(name),
  });
}
