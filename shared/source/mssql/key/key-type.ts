import type { Temporal } from '../../../config/config.ts';

/**
 * What a value travels as, back to the server: text that it casts, the float itself with all its bits, or a version of
 * change tracking, which CHANGETABLE takes as it is alone.
 */
export type ParameterKind = 'text' | 'float' | 'real' | 'bigint';

/** How a type's values are compared with a parameter. */
export interface KeyType {
  readonly parameter: ParameterKind;
  /** The parameter as a value of the column's type, so that an index serves the comparison. */
  readonly value: (parameter: string) => string;
}

interface TypedColumn {
  /** As SQL writes it: decimal(12,2), nvarchar(50), rowversion. */
  readonly type: string;
  readonly collation: string | undefined;
}

const TYPE_PARTS = /^(\w+)(?:\((.+)\))?$/;
/** COLLATE takes no brackets, so that a name stands in the SQL as it is. */
const COLLATION_NAME = /^\w+$/;

const INTEGERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'int', 'bigint']);
/** Types whose text means the same whatever the session's language. */
const CAST_TYPES: ReadonlySet<string> = new Set([
  ...INTEGERS,
  'bit',
  'decimal',
  'numeric',
  'money',
  'smallmoney',
  'date',
  'time',
  'datetime2',
  'datetimeoffset',
  'uniqueidentifier',
]);

const AS_IT_IS: KeyType = { parameter: 'text', value: (parameter) => parameter };

/**
 * How a key column of a type is compared; undefined for one that cannot be ordered, or whose text the server does not
 * take back: CLR types, sql_variant, xml, json, text, ntext, image.
 */
export function keyTypeOf({ type, collation }: TypedColumn): KeyType | undefined {
  const [, name = '', size = ''] = TYPE_PARTS.exec(type) ?? [];
  if (CAST_TYPES.has(name)) return { parameter: 'text', value: (parameter) => `CAST(${parameter} AS ${type})` };
  switch (name) {
    case 'datetime':
    case 'smalldatetime':
      // Style 126, ISO 8601: what the older types make of other texts hangs on the language.
      return { parameter: 'text', value: (parameter) => `CONVERT(${type}, ${parameter}, 126)` };
    case 'binary':
    case 'varbinary':
      // Style 1: hexadecimal digits behind 0x.
      return { parameter: 'text', value: (parameter) => `CONVERT(varbinary(${size}), ${parameter}, 1)` };
    case 'rowversion':
      return { parameter: 'text', value: (parameter) => `CONVERT(binary(8), ${parameter}, 1)` };
    case 'nchar':
    case 'nvarchar':
      return AS_IT_IS;
    case 'char':
    case 'varchar':
      return collatedType(size, collation);
    case 'float':
    case 'real':
      // No style prints every float so that it reads back the same before SQL Server 2016.
      return { parameter: name, value: (parameter) => parameter };
    default:
      return undefined;
  }
}

/** As nvarchar it would be compared by other rules than the column's: collations that begin with SQL_ order both apart. */
function collatedType(size: string, collation: string | undefined): KeyType | undefined {
  if (collation === undefined || !COLLATION_NAME.test(collation)) return undefined;
  return { parameter: 'text', value: (parameter) => `CAST(${parameter} COLLATE ${collation} AS varchar(${size}))` };
}

const MOMENT = /^(time|datetime2|datetimeoffset|datetime|smalldatetime)\b/;

/** Whether the landed value of a type has all of its digits, and as text: see `temporal` in the configuration. */
export function landsExactly(type: string, temporal: Temporal): boolean {
  if (!MOMENT.test(type) || temporal === 'text') return true;
  return type.startsWith('datetimeoffset') && temporal !== 'utc';
}

/** A whole number, whose range can be cut into even steps. */
export function isIntegerType(type: string): boolean {
  return INTEGERS.has(type);
}
