import { Binary, Utf8 } from 'apache-arrow';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import { collatedTextColumn, requireCodePage } from './collated-text.ts';
import { type Mapping, mapping } from './mapping.ts';
import { NullColumn } from './null-column.ts';
import { UnicodeTextColumn } from './unicode-text.ts';
import { UniqueIdentifierColumn } from './uniqueidentifier.ts';
import { BinaryColumn } from './variable-width.ts';
import { VariantColumn } from './variant.ts';

/** dataLength of the (max) types, which come as PLP. */
export const MAX_LENGTH = 0xffff;

/** User types that say more than the type itself: MS-TDS 2.2.7.4, sys.types. */
const ROWVERSION_USER_TYPE = 80;
const SYSNAME_USER_TYPE = 256;

/** Bytes of an offset, which is all that a NULL or an empty value takes. */
const OFFSET_BYTES = 4;

export const UNIQUEIDENTIFIER = mapping(new Utf8(), 'uniqueidentifier', OFFSET_BYTES, UniqueIdentifierColumn);
export const VARIANT = mapping(new Utf8(), 'sql_variant', OFFSET_BYTES, VariantColumn);
export const UNTYPED_NULL = mapping(new Utf8(), 'null', OFFSET_BYTES, NullColumn);
export const NTEXT = mapping(new Utf8(), 'ntext', OFFSET_BYTES, UnicodeTextColumn);
export const IMAGE = mapping(new Binary(), 'image', OFFSET_BYTES, BinaryColumn);

/** The server begins xml with a byte order mark. */
export const XML: Mapping = {
  type: new Utf8(),
  sourceType: 'xml',
  rowBytes: OFFSET_BYTES,
  builder: (shape, capacity) => new UnicodeTextColumn(shape, capacity, true),
};

/** char, varchar and text by the code page of their collation, looked up once. */
export function collatedMapping(name: string, sourceType: string, { collation }: ColumnMetadata): Mapping {
  const codePage = requireCodePage({ name, sourceType }, collation);
  return {
    type: new Utf8(),
    sourceType,
    rowBytes: OFFSET_BYTES,
    builder: (shape, capacity) => collatedTextColumn(shape, capacity, codePage),
  };
}

export function unicodeMapping(keyword: 'nchar' | 'nvarchar', { dataLength, userType }: ColumnMetadata): Mapping {
  const sourceType = userType === SYSNAME_USER_TYPE ? 'sysname' : sized(keyword, dataLength, 2);
  return mapping(new Utf8(), sourceType, OFFSET_BYTES, UnicodeTextColumn);
}

export function binaryMapping(keyword: 'binary' | 'varbinary', { dataLength, userType }: ColumnMetadata): Mapping {
  const sourceType = userType === ROWVERSION_USER_TYPE ? 'rowversion' : sized(keyword, dataLength, 1);
  return mapping(new Binary(), sourceType, OFFSET_BYTES, BinaryColumn);
}

/** A CLR type under its own name: geography, hierarchyid, one of the users'. */
export function clrMapping({ udtInfo }: ColumnMetadata): Mapping {
  return mapping(new Binary(), udtInfo?.typeName ?? 'CLR type', OFFSET_BYTES, BinaryColumn);
}

/** nvarchar(50), varchar(max). */
export function sized(keyword: string, dataLength: number | undefined, bytesOfCharacter: 1 | 2): string {
  if (dataLength === undefined) return keyword;
  return `${keyword}(${dataLength === MAX_LENGTH ? 'max' : dataLength / bytesOfCharacter})`;
}
