import fc from 'fast-check';

/** Damage to a stream. Places are taken modulo its length, so that any mutation fits any stream. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'duplicate'; readonly at: number; readonly length: number; readonly to: number };

/** Lengths' ends, markers of NULL, and the types of tokens. */
const TELLING_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x81, 0xa9, 0xaa, 0xab, 0xac, 0xd1, 0xd2, 0xe3, 0xfd];
const LONGEST_SPAN = 200;

export function mutation(): fc.Arbitrary<Mutation> {
  const at = fc.nat({ max: 1_000_003 });
  const length = fc.integer({ min: 1, max: LONGEST_SPAN });
  return fc.oneof(
    fc.record({ kind: fc.constant('flip'), at, bit: fc.nat({ max: 7 }) }),
    fc.record({ kind: fc.constant('set'), at, byte: fc.constantFrom(...TELLING_BYTES) }),
    fc.record({ kind: fc.constant('truncate'), at }),
    fc.record({ kind: fc.constant('insert'), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
    fc.record({ kind: fc.constant('delete'), at, length }),
    fc.record({ kind: fc.constant('duplicate'), at, length, to: at }),
  );
}

/** A damaged copy. */
export function mutated(stream: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce(damage, Buffer.from(stream));
}

function damage(bytes: Buffer, mutation: Mutation): Buffer {
  if (bytes.length === 0) return bytes;
  const at = mutation.at % bytes.length;
  switch (mutation.kind) {
    case 'flip':
      bytes[at]! ^= 1 << mutation.bit;
      return bytes;
    case 'set':
      bytes[at] = mutation.byte;
      return bytes;
    case 'truncate':
      return bytes.subarray(0, at);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), mutation.bytes, bytes.subarray(at)]);
    case 'delete':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + mutation.length)]);
    default: {
      const to = mutation.to % bytes.length;
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at, at + mutation.length), bytes.subarray(to)]);
    }
  }
}
