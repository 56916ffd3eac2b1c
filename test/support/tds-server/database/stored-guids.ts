/**
 * Bytes of a uniqueidentifier in the order in which SQL Server compares them: the last six first, then 8 and 9, 6 and 7,
 * 4 and 5, 0 to 3, of storage whose first three groups are little-endian (as System.Data.SqlTypes.SqlGuid does).
 */
const COMPARED = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];
/** Place in storage of each byte of the text. */
const STORED = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** For each byte of a key its place in the text, and the other way round. */
const TO_KEY = COMPARED.map((place) => STORED.indexOf(place));
const TO_TEXT = STORED.map((place) => COMPARED.indexOf(place));

const SHAPE = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;

export const isGuid = (text: string): boolean => SHAPE.test(text);

export function guidKey(text: string): Uint8Array {
  const groups = SHAPE.exec(text);
  if (groups === null) throw new RangeError(`${JSON.stringify(text)} is no uniqueidentifier`);
  const written = Buffer.from(groups.slice(1).join(''), 'hex');
  return permuted(written, TO_KEY);
}

/** As the server prints it, in capitals. */
export function guidText(key: Uint8Array): string {
  const hex = permuted(key, TO_TEXT).toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function permuted(bytes: Uint8Array, places: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(16);
  for (let i = 0; i < 16; i++) out[i] = bytes[places[i]!]!;
  return out;
}

/** The 16 bytes that CAST(… AS binary(16)) gives. */
export const guidToBytes = (key: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, place) => key[COMPARED.indexOf(place)]!);

export function guidFromBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(COMPARED, (place) => bytes[place] ?? 0);
}
