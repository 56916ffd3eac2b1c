/** How a watermark stands to another one, as far as their texts tell. */
export type WatermarkOrder = 'same' | 'back' | 'forward' | 'unknown';

const WHOLE_NUMBER = /^-?\d+$/;
/** Of one length, these stand in the order of their texts. */
const BINARY = /^0x[0-9a-f]+$/i;
/** A date of four digits of the year, a time of day, and an offset or a zone. */
const MOMENT = /^(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d+)?)?)( ?[+-]\d\d(?::?\d\d)?|Z)?$/;

/**
 * Where `to` lies, seen from `from`: a hint for a person. The database alone compares update keys, and what is not plain
 * from the texts is left to it.
 */
export function watermarkOrder(from: string, to: string): WatermarkOrder {
  if (from === to) return 'same';
  if (WHOLE_NUMBER.test(from) && WHOLE_NUMBER.test(to)) return ordered(BigInt(from), BigInt(to));
  if (BINARY.test(from) && BINARY.test(to) && from.length === to.length) {
    return ordered(from.toLowerCase(), to.toLowerCase());
  }
  const [fromMoment, toMoment] = [MOMENT.exec(from), MOMENT.exec(to)];
  if (fromMoment === null || toMoment === null || fromMoment[2] !== toMoment[2]) return 'unknown';
  return ordered(comparable(fromMoment[1]!), comparable(toMoment[1]!));
}

/** Without the zeros at the end of a fraction, which say nothing, one moment's text is smaller if it is earlier. */
function comparable(moment: string): string {
  const written = moment.replace('T', ' ');
  return written.includes('.') ? written.replace(/\.?0+$/, '') : written;
}

function ordered<T extends bigint | string>(from: T, to: T): WatermarkOrder {
  if (from === to) return 'same';
  return to < from ? 'back' : 'forward';
}
