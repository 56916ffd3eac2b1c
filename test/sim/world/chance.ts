/** A seeded stream of numbers: the same seed, the same numbers, on every machine. */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream: string) {
    [this.#a, this.#b, this.#c] = [hashOf(seed, stream, 1), hashOf(seed, stream, 2), hashOf(seed, stream, 3)];
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A number in [0, 1), by sfc32. @see https://pracrand.sourceforge.net */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  shuffled<T>(values: readonly T[]): T[] {
    const mixed = [...values];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.between(0, i);
      [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
    }
    return mixed;
  }
}

/** FNV-1a over the seed and the stream's name. */
function hashOf(seed: number, stream: string, salt: number): number {
  let hash = 2_166_136_261;
  for (const character of `${salt}|${seed}|${stream}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  }
  return hash;
}
