const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345` */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 table`, `12,345 tables` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** With three digits, in decimal units as S3 bills them: `1.24 GB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? count(value) : threeDigits(value)} ${BYTE_UNITS[unit]}`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** With the two units that matter: `0.4 s`, `38 s`, `14 min 3 s`, `7 h 42 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => whole >= size);
  const [size, unit] = units[first]!;
  const [nextSize, nextUnit] = units[first + 1]!;
  const rest = Math.floor((whole % size) / nextSize);
  return `${count(Math.floor(whole / size))} ${unit}${rest === 0 ? '' : ` ${rest} ${nextUnit}`}`;
}

/** With two digits that say something: `$12.40`, `$0.043`; less than a hundredth of a cent is `<$0.0001`. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.000_1) return '<$0.0001';
  if (usd >= 1_000) return `$${count(usd)}`;
  return `$${usd.toFixed(usd >= 0.1 ? 2 : usd >= 0.01 ? 3 : 4)}`;
}

/** How far a value is from another one: `+3 %`, `−98 %`, `×12`; `=` for nothing to speak of. */
export function changeText(value: number, from: number): string {
  if (from === 0) return value === 0 ? '=' : 'new rows';
  const ratio = value / from;
  if (ratio >= 10) return `×${count(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return value === from ? '=' : value > from ? '+<1 %' : '−<1 %';
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22 Nov 2026` of an ISO time, in UTC. */
export function dayText(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** `03:00:05` of an ISO time, in UTC. */
export function clockText(iso: string): string {
  return new Date(iso).toISOString().slice(11, 19);
}
