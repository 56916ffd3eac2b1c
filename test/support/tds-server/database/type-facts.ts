import { decimalBytes, timeBytes, type WireType } from '../../tds/wire-types.ts';

/** What sys.types and sys.columns say of a type. */
export interface TypeFacts {
  readonly name: string;
  readonly systemTypeId: number;
  readonly userTypeId: number;
  /** In bytes; -1 is (max). */
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
}

type Fixed = readonly [id: number, maxLength: number, precision: number, scale: number];

const FIXED: Readonly<Record<string, Fixed>> = {
  image: [34, 16, 0, 0],
  text: [35, 16, 0, 0],
  uniqueidentifier: [36, 16, 0, 0],
  date: [40, 3, 10, 0],
  time: [41, 5, 16, 7],
  datetime2: [42, 8, 27, 7],
  datetimeoffset: [43, 10, 34, 7],
  tinyint: [48, 1, 3, 0],
  smallint: [52, 2, 5, 0],
  int: [56, 4, 10, 0],
  smalldatetime: [58, 4, 16, 0],
  real: [59, 4, 24, 0],
  money: [60, 8, 19, 4],
  datetime: [61, 8, 23, 3],
  float: [62, 8, 53, 0],
  sql_variant: [98, 8016, 0, 0],
  ntext: [99, 16, 0, 0],
  bit: [104, 1, 1, 0],
  decimal: [106, 17, 38, 38],
  numeric: [108, 17, 38, 38],
  smallmoney: [122, 4, 10, 4],
  bigint: [127, 8, 19, 0],
  hierarchyid: [240, 892, 0, 0],
  geometry: [240, -1, 0, 0],
  geography: [240, -1, 0, 0],
  varbinary: [165, 8000, 0, 0],
  varchar: [167, 8000, 0, 0],
  binary: [173, 8000, 0, 0],
  char: [175, 8000, 0, 0],
  rowversion: [189, 8, 0, 0],
  nvarchar: [231, 8000, 0, 0],
  nchar: [239, 8000, 0, 0],
  xml: [241, -1, 0, 0],
};

const CLR_IDS: Readonly<Record<string, number>> = { hierarchyid: 128, geometry: 129, geography: 130 };
const SECOND_DIGITS: Readonly<Record<string, number>> = { time: 8, datetime2: 19, datetimeoffset: 26 };
const DATE_BYTES: Readonly<Record<string, number>> = { time: 0, datetime2: 3, datetimeoffset: 5 };

/** At its largest. */
function factsOf(kind: string): TypeFacts {
  const [systemTypeId, maxLength, precision, scale] = FIXED[kind]!;
  const userTypeId = CLR_IDS[kind] ?? systemTypeId;
  return { name: kind === 'rowversion' ? 'timestamp' : kind, systemTypeId, userTypeId, maxLength, precision, scale };
}

export function typeFacts(type: WireType): TypeFacts {
  const facts = factsOf(type.kind);
  if ('precision' in type) {
    return {
      ...facts,
      maxLength: decimalBytes({ kind: type.kind, precision: type.precision, scale: type.scale }),
      precision: type.precision,
      scale: type.scale,
    };
  }
  if ('scale' in type) {
    const digits = SECOND_DIGITS[type.kind]! + (type.scale === 0 ? 0 : type.scale + 1);
    const bytes = timeBytes(type.scale) + DATE_BYTES[type.kind]!;
    return { ...facts, maxLength: bytes, precision: digits, scale: type.scale };
  }
  if (!('length' in type)) return facts;
  if (type.length === 'max') return { ...facts, maxLength: -1 };
  return { ...facts, maxLength: type.length * (type.kind.startsWith('n') ? 2 : 1) };
}

/** Every type there is, at its largest, and sysname. */
export function allTypes(): TypeFacts[] {
  const sysname = { name: 'sysname', systemTypeId: 231, userTypeId: 256, maxLength: 256, precision: 0, scale: 0 };
  return [...Object.keys(FIXED).map(factsOf), sysname];
}
