import { styleText } from 'node:util';
import { commandBlock } from '../../shared/alert/email-text.ts';

const WIDTH = 78;

/** A numbered step of the demo, wide enough for 80 columns. */
export function heading(step: number, text: string): void {
  const title = `${step}. ${text} `;
  print(`\n${styleText('bold', title + '─'.repeat(Math.max(0, WIDTH - title.length)))}\n`);
}

/** A command as a person would type it. */
export function commandShown(words: readonly string[]): void {
  print(styleText('dim', `$ ${commandBlock(['npx', 'landfall', ...words]).trimStart()}`));
}

export function indented(text: string): void {
  print(text.trimEnd().replaceAll(/^/gm, '  │ '));
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
