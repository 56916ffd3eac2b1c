import { readFileSync } from 'node:fs';
import type { WireColumn, WireType, WireValue } from './wire-types.ts';

/** A column of a capture: tedious' name of its type and what describes it. */
interface CapturedColumn {
  readonly name: string;
  readonly type: string;
  readonly dataLength?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly collation?: string;
}

/** An answer of a real server; see test/fixtures/tds/README.md. */
export interface Capture {
  readonly sql: string;
  /** The response's token stream. */
  readonly bytes: Buffer;
  readonly rowCount: number;
  readonly error: { readonly number: number; readonly message: string } | null;
  readonly columns: readonly WireColumn[];
  /** The server's own text of every cell. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export const CAPTURE_NAMES = [
  'empty',
  'error-mid-stream',
  'missing-table',
  'moments',
  'numbers',
  'print-then-rows',
  'quoted-names',
  'syntax-error',
  'texts',
  'two-results',
  'wide_nulls',
] as const;
export type CaptureName = (typeof CAPTURE_NAMES)[number];

export function capture(name: CaptureName): Capture {
  const file = new URL(`../../fixtures/tds/${name}.json`, import.meta.url);
  const { tokens, columns, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  return { ...rest, rows: rest.rows ?? [], bytes: Buffer.from(tokens, 'base64'), columns: columns.map(wireColumn) };
}

/** The captured text as a value for the encoders: a sql_variant's inner type is what the server chose for the literal. */
export function wireValue({ type }: WireColumn, text: string | null): WireValue {
  if (text === null || type.kind !== 'sql_variant') return text;
  if (/^-?\d+$/.test(text)) return { of: { kind: 'int' }, text };
  return { of: { kind: 'nvarchar', length: text.length }, text };
}

const INTEGERS = { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' } as const;

function wireColumn(column: CapturedColumn): WireColumn {
  return { name: column.name, type: wireType(column) };
}

function wireType({ type, dataLength = 0, precision = 0, scale = 0 }: CapturedColumn): WireType {
  const length = dataLength === 0xffff ? 'max' : dataLength;
  const characters = length === 'max' ? length : length / 2;
  switch (type) {
    case 'IntN':
      return { kind: INTEGERS[dataLength as keyof typeof INTEGERS] };
    case 'BitN':
      return { kind: 'bit' };
    case 'NumericN':
      return { kind: 'numeric', precision, scale, valueBytes: 'shortest' };
    case 'MoneyN':
      return { kind: dataLength === 4 ? 'smallmoney' : 'money' };
    case 'FloatN':
      return { kind: dataLength === 4 ? 'real' : 'float' };
    case 'DateTimeN':
      return { kind: dataLength === 4 ? 'smalldatetime' : 'datetime' };
    case 'Date':
      return { kind: 'date' };
    case 'Time':
      return { kind: 'time', scale };
    case 'DateTime2':
      return { kind: 'datetime2', scale };
    case 'DateTimeOffset':
      return { kind: 'datetimeoffset', scale };
    case 'Char':
      return { kind: 'char', length };
    case 'VarChar':
      return { kind: 'varchar', length };
    case 'NChar':
      return { kind: 'nchar', length: characters };
    case 'NVarChar':
      return { kind: 'nvarchar', length: characters };
    case 'Binary':
      return { kind: 'binary', length };
    case 'VarBinary':
      return { kind: 'varbinary', length };
    case 'UniqueIdentifier':
      return { kind: 'uniqueidentifier' };
    case 'Xml':
      return { kind: 'xml' };
    case 'Variant':
      return { kind: 'sql_variant' };
    default:
      throw new TypeError(`a capture has a column of ${type}, which the encoders do not know yet`);
  }
}
