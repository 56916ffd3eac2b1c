import { DataType } from 'apache-arrow';
import { type Bounds, PhysicalType, type StoredColumn } from './file-model.ts';

/** The bounds of a column chunk from those of its pages; `undefined` of a page that has values makes it undefined. */
export function mergedBounds(column: StoredColumn, pages: readonly (Bounds | undefined)[]): Bounds | undefined {
  const compare = comparator(column);
  return pages.reduce((one, other) => {
    if (one === undefined || other === undefined) return undefined;
    const isLess = compare(other.min, one.min) < 0;
    const isGreater = compare(other.max, one.max) > 0;
    return {
      min: isLess ? other.min : one.min,
      isMinExact: isLess ? other.isMinExact : one.isMinExact,
      max: isGreater ? other.max : one.max,
      isMaxExact: isGreater ? other.isMaxExact : one.isMaxExact,
    };
  });
}

type Compare = (one: Uint8Array, other: Uint8Array) => number;

function comparator({ type, physicalType }: StoredColumn): Compare {
  if (physicalType === PhysicalType.byteArray) return (one, other) => Buffer.compare(one, other);
  if (physicalType === PhysicalType.boolean) return (one, other) => one[0]! - other[0]!;
  if (physicalType === PhysicalType.float) return byValue((view) => view.getFloat32(0, true));
  if (physicalType === PhysicalType.double) return byValue((view) => view.getFloat64(0, true));
  if (physicalType === PhysicalType.fixedLenByteArray) return byValue(bigEndian);
  const isSigned = !DataType.isInt(type) || type.isSigned;
  if (physicalType === PhysicalType.int32) {
    return byValue((view) => (isSigned ? view.getInt32(0, true) : view.getUint32(0, true)));
  }
  return byValue((view) => (isSigned ? view.getBigInt64(0, true) : view.getBigUint64(0, true)));
}

/** No fixed value has more bytes. By a copy: the buffer of a bound, once asked for, is memory of its own until the end. */
const scratch = new Uint8Array(16);
const scratchView = new DataView(scratch.buffer);

function byValue(read: (view: DataView, sizeBytes: number) => number | bigint): Compare {
  const decode = (bytes: Uint8Array) => {
    scratch.set(bytes);
    return read(scratchView, bytes.length);
  };
  return (one, other) => {
    const [first, second] = [decode(one), decode(other)];
    if (first === second) return 0;
    return first < second ? -1 : 1;
  };
}

function bigEndian(view: DataView, sizeBytes: number): bigint {
  let value = BigInt(view.getInt8(0));
  for (let at = 1; at < sizeBytes; at += 1) value = (value << 8n) | BigInt(view.getUint8(at));
  return value;
}
