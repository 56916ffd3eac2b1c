import { stripVTControlCharacters } from 'node:util';
import type { Stream } from './console.ts';

const FALLBACK_COLUMNS = 80;

/** Lines at the end of a terminal that are drawn over again; elsewhere there are none. */
export class LiveLines {
  readonly #stream: Stream;
  #drawn: readonly string[] = [];

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** Writes a line that stays, above the live ones. */
  print(line: string): void {
    const drawn = this.#drawn;
    this.show([]);
    this.#stream.write(`${line}\n`);
    this.show(drawn);
  }

  /** Draws what has changed. A line that the terminal would break is cut, as a broken one could not be drawn over. */
  show(lines: readonly string[]): void {
    if (this.#stream.isTTY !== true) return;
    const columns = this.#stream.columns ?? FALLBACK_COLUMNS;
    const next = lines.map((line) => cut(line, columns));
    if (next.length === this.#drawn.length) this.#redraw(next);
    else {
      const erase = this.#drawn.length > 0 ? `\u001b[${this.#drawn.length}A\r\u001b[0J` : '';
      this.#write(`${erase}${next.map((line) => `${line}\n`).join('')}`);
    }
    this.#drawn = next;
  }

  #redraw(next: readonly string[]): void {
    const changes = next.flatMap((line, index) => {
      if (line === this.#drawn[index]) return [];
      const up = next.length - index;
      return [`\u001b[${up}A\r\u001b[2K${line}\u001b[${up}B\r`];
    });
    this.#write(changes.join(''));
  }

  #write(text: string): void {
    if (text !== '') this.#stream.write(text);
  }
}

/** Without its styles when it must be cut, which could cut one of them. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, columns - 1);
}
