import { SnappyWriter } from './snappy-writer.ts';

/** Copies reach back within a block only, so that two bytes hold every distance and every position. */
const blockBytes = 65_536;

/** Bytes that are hashed and compared; shorter matches would save nothing. */
const leastMatch = 4;

const maxTableBits = 14;

/** The last position of each hash in the current block. One for all, as compressing never waits. */
const positions = new Uint16Array(1 << maxTableBits);

/** `input` as Snappy's block format (google/snappy, format_description.txt), by the greedy search of Google's library. */
export function compressSnappy(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const writer = new SnappyWriter(input);
  for (let start = 0; start < input.byteLength; start += blockBytes) {
    compressBlock(view, writer, start, Math.min(start + blockBytes, input.byteLength));
  }
  return writer.finish();
}

function compressBlock(view: DataView, writer: SnappyWriter, start: number, end: number): void {
  const shift = clearPositions(end - start);
  const limit = end - leastMatch;
  let literal = start;
  let position = start + 1;
  // One step further after every 32 misses, so that what does not compress is passed over quickly.
  let misses = 32;
  while (position <= limit) {
    const word = view.getInt32(position, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> shift;
    const candidate = start + positions[slot]!;
    positions[slot] = position - start;
    if (view.getInt32(candidate, true) !== word) {
      position += misses++ >> 5;
      continue;
    }
    const matchEnd = endOfMatch(view, candidate + leastMatch, position + leastMatch, end);
    writer.literal(literal, position);
    writer.copy(position - candidate, matchEnd - position);
    if (matchEnd <= limit) {
      const last = matchEnd - 1;
      positions[Math.imul(view.getInt32(last, true), 0x1e35a7bd) >>> shift] = last - start;
    }
    position = matchEnd;
    literal = matchEnd;
    misses = 32;
  }
  writer.literal(literal, end);
}

/** Uses as much of the table as `sizeBytes` can fill, and tells how far hashes are shifted to fall into it. */
function clearPositions(sizeBytes: number): number {
  const bits = Math.min(maxTableBits, 32 - Math.clz32(sizeBytes));
  positions.fill(0, 0, 1 << bits);
  return 32 - bits;
}

/** The end of the match whose bytes before `later` are known to be the same. */
function endOfMatch(view: DataView, earlier: number, later: number, end: number): number {
  const distance = later - earlier;
  let position = later;
  while (position <= end - 4 && view.getInt32(position - distance, true) === view.getInt32(position, true))
    position += 4;
  while (position < end && view.getUint8(position - distance) === view.getUint8(position)) position++;
  return position;
}
