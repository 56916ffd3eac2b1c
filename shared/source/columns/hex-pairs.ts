/** The two digits of every byte as they stand in memory, of the 16 `digits`: four characters of text are one store of two pairs. */
export function hexPairs(digits: '0123456789abcdef' | '0123456789ABCDEF'): Uint16Array {
  return Uint16Array.from(
    { length: 256 },
    (_, byte) => digits.charCodeAt(byte >> 4) | (digits.charCodeAt(byte & 15) << 8),
  );
}
