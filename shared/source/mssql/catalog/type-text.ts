/** Sizes of a type as sys.columns has them. */
export interface TypeSizes {
  /** In bytes; -1 is (max). */
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  char: 1,
  varchar: 1,
  binary: 1,
  varbinary: 1,
  nchar: 2,
  nvarchar: 2,
};
const WITH_PRECISION = new Set(['decimal', 'numeric']);
const WITH_SCALE = new Set(['time', 'datetime2', 'datetimeoffset']);

/** A type as a column's definition writes it. What the catalog still calls timestamp is no time: it is rowversion. */
export function typeText(name: string, { maxLength, precision, scale }: TypeSizes): string {
  if (name === 'timestamp') return 'rowversion';
  if (WITH_PRECISION.has(name)) return `${name}(${precision},${scale})`;
  if (WITH_SCALE.has(name)) return `${name}(${scale})`;
  const unitBytes = UNIT_BYTES[name];
  if (unitBytes === undefined) return name;
  return `${name}(${maxLength === -1 ? 'max' : maxLength / unitBytes})`;
}
