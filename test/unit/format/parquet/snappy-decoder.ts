/**
 * The bytes that Snappy's block format stands for (google/snappy, format_description.txt).
 * @throws RangeError or Error where the bytes are not valid.
 */
export function decompressSnappy(compressed: Uint8Array): Uint8Array {
  const input = Buffer.from(compressed.buffer, compressed.byteOffset, compressed.byteLength);
  let position = 0;
  const take = (sizeBytes: number): number => {
    const value = input.readUIntLE(position, sizeBytes);
    position += sizeBytes;
    return value;
  };
  const output = Buffer.alloc(readLength(take));
  let used = 0;
  while (position < input.byteLength) {
    const tag = take(1);
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const length = (short < 60 ? short : take(short - 59)) + 1;
      expectValid(used + length <= output.byteLength && position + length <= input.byteLength, 'literal');
      used += input.copy(output, used, position, position + length);
      position += length;
    } else {
      const isShort = (tag & 3) === 1;
      const length = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const distance = isShort ? ((tag >> 5) << 8) | take(1) : take((tag & 3) === 2 ? 2 : 4);
      expectValid(distance > 0 && distance <= used && used + length <= output.byteLength, 'copy');
      for (let index = 0; index < length; index++, used++) output[used] = output[used - distance]!;
    }
  }
  expectValid(used === output.byteLength, 'end');
  return output;
}

function readLength(take: (sizeBytes: number) => number): number {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = take(1);
    length += (byte & 127) * 2 ** shift;
    if (byte < 128) return length;
  }
}

function expectValid(isValid: boolean, element: string): void {
  if (!isValid) throw new Error(`The ${element} is not valid.`);
}
