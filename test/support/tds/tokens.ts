import { ByteWriter } from './byte-writer.ts';
import { type ValueWriter, valueWriter } from './encode-value.ts';
import { userType, writeTypeInfo } from './type-info.ts';
import type { PlpShape, WireColumn, WireType, WireValue } from './wire-types.ts';

export * from './session-tokens.ts';
export * from './status-tokens.ts';

const NULLABLE = 0x01;
const UPDATEABILITY_UNKNOWN = 0x08;

/** COLMETADATA: MS-TDS 2.2.7.4. */
export function colMetadata(columns: readonly WireColumn[]): Buffer {
  const out = new ByteWriter();
  out.u8(0x81);
  out.u16(columns.length);
  for (const { name, type, flags, table = ['dbo', 'test'] } of columns) {
    out.u32(userType(type));
    out.u16(flags ?? UPDATEABILITY_UNKNOWN | (type.nullable === false ? 0 : NULLABLE));
    writeTypeInfo(out, type);
    if (type.kind === 'text' || type.kind === 'ntext' || type.kind === 'image') {
      out.u8(table.length);
      for (const part of table) out.longText(part);
    }
    out.shortText(name);
  }
  return out.take();
}

const scratch = new ByteWriter(64 * 1024);
const writersOf = new WeakMap<readonly WireColumn[], readonly ValueWriter[]>();

/** ROW: MS-TDS 2.2.7.19. Hand in the same array of columns for every row: its writers are kept with it. */
export function row(columns: readonly WireColumn[], values: readonly WireValue[], plp?: PlpShape): Buffer {
  const writers = columnWriters(columns, values);
  return fresh(() => {
    scratch.u8(0xd1);
    for (const [index, write] of writers.entries()) write(scratch, values[index]!, plp);
  });
}

/** NBCROW: a bitmap of the NULLs in front, then only the other values (MS-TDS 2.2.7.16). */
export function nbcRow(columns: readonly WireColumn[], values: readonly WireValue[], plp?: PlpShape): Buffer {
  const writers = columnWriters(columns, values);
  const nulls = new Uint8Array(Math.ceil(columns.length / 8));
  for (const [index, value] of values.entries()) if (value === null) nulls[index >> 3]! |= 1 << (index & 7);
  return fresh(() => {
    scratch.u8(0xd2);
    scratch.bytes(nulls);
    for (const [index, write] of writers.entries()) if (values[index] !== null) write(scratch, values[index]!, plp);
  });
}

function columnWriters(columns: readonly WireColumn[], values: readonly WireValue[]): readonly ValueWriter[] {
  if (values.length !== columns.length) throw new RangeError(`${values.length} values for ${columns.length} columns`);
  let writers = writersOf.get(columns);
  if (writers === undefined) {
    writers = columns.map(({ type }) => valueWriter(type));
    writersOf.set(columns, writers);
  }
  return writers;
}

/** A value that cannot be encoded leaves nothing behind for the next row. */
function fresh(write: () => void): Buffer {
  try {
    write();
    return scratch.take();
  } catch (thrown) {
    scratch.take();
    throw thrown;
  }
}

export interface ReturnValue {
  readonly name: string;
  readonly type: WireType;
  readonly value: WireValue;
  readonly ordinal?: number;
}

/** RETURNVALUE, an output parameter: MS-TDS 2.2.7.21. */
export function returnValue({ name, type, value, ordinal = 0 }: ReturnValue): Buffer {
  const out = new ByteWriter();
  out.u8(0xac);
  out.u16(ordinal);
  out.shortText(name);
  out.u8(1);
  out.u32(userType(type));
  out.u16(0);
  writeTypeInfo(out, type);
  valueWriter(type)(out, value);
  return out.take();
}
