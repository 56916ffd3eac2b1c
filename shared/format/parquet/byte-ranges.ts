/** Loops over ranges of bytes, four at a time: the calls into native code cost more than most texts are long. */

/** How many of the first `most` bytes of two ranges of `view` are equal. */
export function sharedPrefix(view: DataView, one: number, other: number, most: number): number {
  let same = 0;
  while (same + 4 <= most && view.getInt32(one + same) === view.getInt32(other + same)) same += 4;
  while (same < most && view.getUint8(one + same) === view.getUint8(other + same)) same += 1;
  return same;
}

export function areEqual(one: DataView, oneAt: number, other: DataView, otherAt: number, count: number): boolean {
  let at = 0;
  for (; at + 4 <= count; at += 4) if (one.getInt32(oneAt + at) !== other.getInt32(otherAt + at)) return false;
  for (; at < count; at += 1) if (one.getUint8(oneAt + at) !== other.getUint8(otherAt + at)) return false;
  return true;
}

export function copyRange(from: DataView, fromAt: number, to: DataView, toAt: number, count: number): void {
  let at = 0;
  for (; at + 4 <= count; at += 4) to.setInt32(toAt + at, from.getInt32(fromAt + at));
  for (; at < count; at += 1) to.setUint8(toAt + at, from.getUint8(fromAt + at));
}

/** FNV-1a over words, with its upper bits folded into the lower ones, by which tables are addressed. */
export function hashOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at), 0x01000193) ^ (hash >>> 13);
  for (; at < end; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
