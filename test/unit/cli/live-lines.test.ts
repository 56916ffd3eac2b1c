import { describe, expect, it } from '@jest/globals';
import { LiveLines } from '../../../cli/live-lines.ts';

const ESCAPE = '\u001b';
const TOLD = new RegExp(
  `${ESCAPE}\\[(?:(\\d+)A|(\\d+)B|(2K)|(0J))|(\r)|(\n)|((?:[^${ESCAPE}\r\n]|${ESCAPE}\\[\\d+m)+)`,
  'g',
);

/** A terminal of 20 columns that does what it is told; its screen as lines. */
class Screen {
  readonly isTTY = true;
  readonly columns = 20;
  readonly writes: string[] = [];
  readonly #lines: string[] = [''];
  #row = 0;

  write(text: string): void {
    this.writes.push(text);
    for (const [, up, down, eraseLine, eraseBelow, home, end, plain] of text.matchAll(TOLD)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (down !== undefined) this.#row += Number(down);
      else if (eraseLine !== undefined) this.#lines[this.#row] = '';
      else if (eraseBelow !== undefined) this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, '');
      else if (end !== undefined) this.#row += 1;
      else if (home === undefined) this.#lines[this.#row] = `${this.#lines[this.#row] ?? ''}${plain}`;
      this.#lines[this.#row] ??= '';
    }
  }

  get shown(): string[] {
    return this.#lines.slice(0, -1);
  }
}

describe('live lines', () => {
  it('draw only what has changed', () => {
    const screen = new Screen();
    const lines = new LiveLines(screen);
    lines.show(['one', 'two', 'three']);
    lines.show(['one', 'TWO', 'three']);
    expect(screen.shown).toEqual(['one', 'TWO', 'three']);
    expect(screen.writes.at(-1)).toBe('\u001b[2A\r\u001b[2KTWO\u001b[2B\r');
    const writes = screen.writes.length;
    lines.show(['one', 'TWO', 'three']);
    expect(screen.writes).toHaveLength(writes);
  });

  it('become more and fewer, and make room for a line that stays', () => {
    const screen = new Screen();
    const lines = new LiveLines(screen);
    lines.show(['one', 'two']);
    lines.print('ended');
    lines.show(['two']);
    lines.show(['two', 'three', 'four']);
    expect(screen.shown).toEqual(['ended', 'two', 'three', 'four']);
    lines.show([]);
    expect(screen.shown).toEqual(['ended']);
  });

  it('are cut where the terminal would break them', () => {
    const screen = new Screen();
    new LiveLines(screen).show([`\u001b[1m${'x'.repeat(30)}\u001b[22m`]);
    expect(screen.shown).toEqual(['x'.repeat(19)]);
  });

  it('are none where there is no terminal, but lines that stay are written', () => {
    let text = '';
    const lines = new LiveLines({ write: (piece) => (text += piece) });
    lines.show(['one']);
    lines.print('ended');
    expect(text).toBe('ended\n');
  });
});
