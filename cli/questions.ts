import { createInterface, type Interface } from 'node:readline';
import { wrapped } from '../shared/alert/email-text.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { type Console, styled } from './console.ts';

const WIDTH = 80;

export interface Question<Answer> {
  /** What is asked for, such as `Dialect`. */
  readonly title: string;
  /** One line on what it is and what is allowed. */
  readonly about: string;
  /** What an empty line stands for; undefined when there must be an answer, empty when it may be left out. */
  readonly preset: string | undefined;
  /** The answer, or in `allowed` what one must be. */
  readonly read: (text: string) => Reading<Answer>;
}

export type Reading<Answer> = { readonly answer: Answer } | { readonly allowed: string };

/**
 * Questions at a terminal, one after the other. The terminal stays as it is, so that Ctrl-C ends the command. To be
 * closed at the end.
 */
export class Questions {
  readonly #console: Console;
  readonly #lines: Interface;
  readonly #answers: NodeJS.AsyncIterator<string>;

  constructor(console: Console) {
    this.#console = console;
    this.#lines = createInterface({ input: console.input!, terminal: false });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /**
   * Asks until the answer is an allowed one. What was typed is never repeated: it may be a password.
   * @throws ConfigError NOT_ANSWERED at the end of the input
   */
  async ask<Answer>({ title, about, preset, read }: Question<Answer>): Promise<Answer> {
    const { err } = this.#console;
    err.write(`\n${styled('dim', wrapped(about, WIDTH + 2).replaceAll(/^ {2}/gm, ''), err)}\n`);
    const hint = preset === undefined ? '' : ` [${preset === '' ? 'none' : preset}]`;
    for (;;) {
      err.write(`${styled('bold', title, err)}${hint}: `);
      const { value, done } = await this.#answers.next();
      if (done === true) {
        err.write('\n');
        throw new ConfigError('NOT_ANSWERED', 'The input ended before every question was answered.', {
          remedy: 'Nothing was written.',
        });
      }
      const typed = value.trim();
      const reading = read(typed === '' && preset !== undefined ? preset : typed);
      if ('answer' in reading) return reading.answer;
      err.write(`${wrapped(`Allowed: ${reading.allowed}.`, WIDTH)}\n`);
    }
  }

  close(): void {
    this.#lines.close();
  }
}
