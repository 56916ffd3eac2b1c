import type { Writable } from 'node:stream';

const PIECE_CHARACTERS = 64 * 1024;

/**
 * Joins lines to pieces of 64 KiB, as careful people do: a write for each line would cost the peers far more. `write`
 * is false when the producer should wait for `drained`.
 */
export class LineWriter {
  readonly #out: Writable;
  #lines: string[] = [];
  #characters = 0;

  constructor(out: Writable) {
    this.#out = out;
  }

  write(line: string): boolean {
    this.#lines.push(line);
    this.#characters += line.length;
    return this.#characters < PIECE_CHARACTERS || this.#flush();
  }

  /** Calls back once, when more may be written. */
  onceDrained(callback: () => void): void {
    this.#out.once('drain', callback);
  }

  end(): void {
    this.#flush();
    this.#out.end();
  }

  #flush(): boolean {
    const piece = this.#lines.join('');
    this.#lines = [];
    this.#characters = 0;
    return piece === '' || this.#out.write(piece);
  }
}
