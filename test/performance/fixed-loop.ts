import { deflateSync } from 'node:zlib';

const BYTES = 2 * 1024 * 1024;
const source = new Uint8Array(BYTES);
for (let place = 0, state = 1; place < BYTES; place += 1) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  source[place] = 97 + ((state >>> 24) % 24);
}
const words = new Int32Array(BYTES / 4);
const PASSES = 3;
const DEFLATED_BYTES = 256 * 1024;

/**
 * Work that never changes, of the kinds that landing is made of: bytes are walked and put together in JavaScript, memory is
 * copied, native code compresses. What it takes is the yardstick of the machine at this moment.
 */
export function fixedLoop(): number {
  let sum = 0;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const copy = source.slice();
    for (let place = 0, word = 0; place < BYTES; place += 4, word += 1) {
      const first = copy[place]!;
      const value = first < 109 ? (first << 8) | copy[place + 1]! : copy[place + 2]! * 31 + copy[place + 3]!;
      words[word] = value + pass;
      sum = (sum + value) | 0;
    }
  }
  return sum + deflateSync(source.subarray(0, DEFLATED_BYTES), { level: 6 }).length;
}
