import { viewOf } from './tds-column.ts';

/** Bytes of a number's value in a sql_variant and how it is printed, by type id (MS-TDS 2.2.5.4). */
interface NumberForm {
  readonly bytes: number;
  readonly text: (view: DataView, at: number) => string;
}

const TEN_THOUSANDTHS = 4;
/** Digits that tell every float32 from its neighbours. */
const FLOAT32_DIGITS = 9;

const FORMS: ReadonlyMap<number, NumberForm> = new Map([
  [0x30, { bytes: 1, text: (view, at) => String(view.getUint8(at)) }], // tinyint
  [0x32, { bytes: 1, text: (view, at) => (view.getUint8(at) === 0 ? '0' : '1') }], // bit
  [0x34, { bytes: 2, text: (view, at) => String(view.getInt16(at, true)) }], // smallint
  [0x38, { bytes: 4, text: (view, at) => String(view.getInt32(at, true)) }], // int
  [0x7f, { bytes: 8, text: (view, at) => String(view.getBigInt64(at, true)) }], // bigint
  [0x3b, { bytes: 4, text: (view, at) => float32Text(view.getFloat32(at, true)) }], // real
  [0x3e, { bytes: 8, text: (view, at) => numberText(view.getFloat64(at, true)) }], // float
  [0x7a, { bytes: 4, text: (view, at) => decimalText(BigInt(view.getInt32(at, true)), TEN_THOUSANDTHS) }], // smallmoney
  [0x3c, { bytes: 8, text: (view, at) => decimalText(moneyAt(view, at), TEN_THOUSANDTHS) }], // money
]);

/** The form of a type of numbers without properties; undefined for any other type. */
export function numberForm(typeId: number): NumberForm | undefined {
  return FORMS.get(typeId);
}

/** A sign byte and a little-endian magnitude as a signed integer. */
export function unscaledAt(bytes: Uint8Array, at: number, end: number): bigint {
  const view = viewOf(bytes);
  let magnitude = 0n;
  for (let word = end - 4; word > at; word -= 4) magnitude = (magnitude << 32n) | BigInt(view.getUint32(word, true));
  return bytes[at] === 0 ? -magnitude : magnitude;
}

/** An unscaled integer with its point: 1234, 2 is 12.34; 5, 2 is 0.05. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function moneyAt(view: DataView, at: number): bigint {
  return (BigInt(view.getInt32(at, true)) << 32n) | BigInt(view.getUint32(at + 4, true));
}

/** The shortest digits that read back as the same float64. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest digits that read back as the same float32. */
function float32Text(value: number): string {
  if (value === 0) return numberText(value);
  for (let digits = 1; digits < FLOAT32_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return numberText(short);
  }
  return Number.isFinite(value) ? numberText(Number(value.toPrecision(FLOAT32_DIGITS))) : String(value);
}
