/** Sizes, counts and times so short that a table of 80 columns has room for many of them. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'];

/** Decimal, as S3 bills it: `812 B`, `1.2 MB`, `35 GB`; `?` where it is not known. */
export function bytesShort(bytes: number | undefined): string {
  return bytes === undefined ? '?' : scaled(bytes, BYTE_UNITS, ' ');
}

/** `998`, `12.3k`, `4.5M`; `?` where it is not known. */
export function rowsShort(rows: number | undefined): string {
  if (rows === undefined) return '?';
  return rows < 10_000 ? rows.toLocaleString('en-US') : scaled(rows, COUNT_UNITS, '');
}

function scaled(value: number, units: readonly string[], gap: string): string {
  let [rest, unit] = [value, 0];
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 99.5 ? rest.toFixed(0) : rest.toFixed(1);
  return `${digits}${gap}${units[unit]}`.trim();
}

/** `8 s`, `4 min`, `2 h 5 min`. */
export function secondsShort(seconds: number): string {
  if (seconds < 1) return '<1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** In dollars, with as many digits as say something. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '<$0.0001';
  return `$${usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;
}
