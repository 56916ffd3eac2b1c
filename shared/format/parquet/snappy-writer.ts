/** Shorter literals are copied byte by byte, which costs less than a call. */
const shortLiteralBytes = 24;

/** The elements of Snappy's block format, after the length of the input (google/snappy, format_description.txt). */
export class SnappyWriter {
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  #used = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
    // Google's bound, MaxCompressedLength: what does not compress becomes literals with their tags.
    this.#output = new Uint8Array(32 + input.byteLength + Math.ceil(input.byteLength / 6));
    this.#inputLength(input.byteLength);
  }

  /** The input from `start` to `end` as it is; nothing when it is empty. */
  literal(start: number, end: number): void {
    const length = end - start;
    if (length === 0) return;
    this.#literalTag(length - 1);
    if (length > shortLiteralBytes) {
      this.#output.set(this.#input.subarray(start, end), this.#used);
      this.#used += length;
    } else {
      for (let index = start; index < end; index++) this.#output[this.#used++] = this.#input[index]!;
    }
  }

  /** `length` bytes, 4 or more, which stand `distance` bytes back, less than 65,536, and may overlap with themselves. */
  copy(distance: number, length: number): void {
    let rest = length;
    // An element holds 64 bytes; at least 4 are left for the last, which may then be the short form.
    while (rest >= 68) {
      this.#longCopy(distance, 64);
      rest -= 64;
    }
    if (rest > 64) {
      this.#longCopy(distance, 60);
      rest -= 60;
    }
    if (rest < 12 && distance < 2048) this.#shortCopy(distance, rest);
    else this.#longCopy(distance, rest);
  }

  finish(): Uint8Array {
    return this.#output.subarray(0, this.#used);
  }

  #inputLength(length: number): void {
    let rest = length;
    for (; rest >= 128; rest >>>= 7) this.#output[this.#used++] = (rest & 127) | 128;
    this.#output[this.#used++] = rest;
  }

  /** Lengths up to 60 stand in the tag, less one; for greater ones it tells how many bytes follow with the length. */
  #literalTag(lengthLessOne: number): void {
    if (lengthLessOne < 60) {
      this.#output[this.#used++] = lengthLessOne << 2;
      return;
    }
    const extraBytes = lengthLessOne < 256 ? 1 : 2;
    this.#output[this.#used++] = (59 + extraBytes) << 2;
    this.#output[this.#used++] = lengthLessOne & 255;
    if (extraBytes === 2) this.#output[this.#used++] = lengthLessOne >> 8;
  }

  #shortCopy(distance: number, length: number): void {
    this.#output[this.#used++] = 1 | ((length - 4) << 2) | ((distance >> 8) << 5);
    this.#output[this.#used++] = distance & 255;
  }

  #longCopy(distance: number, length: number): void {
    this.#output[this.#used++] = 2 | ((length - 1) << 2);
    this.#output[this.#used++] = distance & 255;
    this.#output[this.#used++] = distance >> 8;
  }
}
