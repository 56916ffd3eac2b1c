const UNITS: Readonly<Record<string, string>> = {
  SECOND: 's',
  MILLISECOND: 'ms',
  MICROSECOND: 'us',
  NANOSECOND: 'ns',
};

/**
 * An Arrow type as its other libraries write it, from the text that the ledger keeps: `timestamp[us, UTC]` for
 * `Timestamp<MICROSECOND, UTC>`, `decimal(12,2)` for `Decimal[12e+2]`, `int32` for `Int32`.
 */
export function arrowTypeText(landedType: string): string {
  const [, precision, scale] = /^Decimal\[(\d+)e[+]?(-?\d+)\]$/.exec(landedType) ?? [];
  if (precision !== undefined) return `decimal(${precision},${scale})`;
  const [, name, unit = '', zone] = /^(\w+)<(\w+)(?:, (.+))?>$/.exec(landedType) ?? [];
  if (name === undefined) return landedType.toLowerCase();
  const inner = [UNITS[unit], zone].filter((part) => part !== undefined).join(', ');
  return inner === '' ? name.toLowerCase() : `${name.toLowerCase()}[${inner}]`;
}
