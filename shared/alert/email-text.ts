/** SNS: ASCII, no line breaks, less than 100 characters. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_MAX_CHARACTERS = 99;
/** A phone shows little more on a line, and breaks what is a little longer in ugly places. */
const BODY_WIDTH = 60;
/** SNS takes 256 KiB and a reader far less; the failure record and the log have the whole text. */
const SECTION_MAX_CHARACTERS = 4_000;
/** Leaves room on a line for the value of the option that still fits. */
const COMMAND_WIDTH = 40;

/** A subject that SNS takes: what is not ASCII becomes `?`, what is too long is cut with dots. */
export function emailSubject(text: string): string {
  const ascii = text
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7E]/gu, '?')
    .trim();
  return ascii.length <= SUBJECT_MAX_CHARACTERS ? ascii : `${ascii.slice(0, SUBJECT_MAX_CHARACTERS - 3)}...`;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** `Label:   value` lines with the values in one column. */
export function factLines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2;
  return facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${oneLine(value)}`).join('\n');
}

/** A moment of a record, as a person reads it. */
export function momentText(iso: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(iso) ?? [];
  return day === undefined ? iso : `${day} ${time} UTC`;
}

/** `1 table`, `2 tables`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** So that a name with a line break in it cannot pass for a line of the email. */
export function oneLine(text: string): string {
  return text.replace(/[\n\r\v\f\u0085\u2028\u2029]+/g, ' ');
}

/** A heading and its text, wrapped for a mail program and cut where it is endless. */
export function section(heading: string, text: string): string {
  const lines = shortened(text).split('\n');
  return [heading, ...lines.map((line) => wrapped(line, BODY_WIDTH))].join('\n');
}

/** Sentences without a heading, wrapped as those of a section. */
export function paragraph(text: string): string {
  return wrapped(oneLine(shortened(text)), BODY_WIDTH, '');
}

function shortened(text: string): string {
  if (text.length <= SECTION_MAX_CHARACTERS) return text;
  return `${text.slice(0, SECTION_MAX_CHARACTERS).toWellFormed().trimEnd()} [...]`;
}

/** Indented lines, broken at spaces only, so that commands and links stay whole. */
export function wrapped(line: string, width: number, indent = '  '): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width - indent.length) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  lines.push(current);
  return lines.map((text) => `${indent}${text}`).join('\n');
}

/** A command line that a shell takes as it is. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** The words of such a command line. */
export function wordsOf(line: string): string[] {
  const quoted = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return quoted.map((word) => word.replace(/'([^']*)'|\\(.)/g, '$1$2'));
}

/** The same, over several lines where it is long; a shell takes it with its line ends. */
export function commandBlock(words: readonly string[]): string {
  const lines: string[] = [];
  let current = '';
  for (const word of words.map(shellWord)) {
    const startsOption = word.startsWith('--');
    if (startsOption && current.length + word.length > COMMAND_WIDTH) {
      lines.push(`${current} \\`);
      current = `    ${word}`;
    } else {
      current = current === '' ? `  ${word}` : `${current} ${word}`;
    }
  }
  return [...lines, current].join('\n');
}

function shellWord(word: string): string {
  // A leading = is a command to look up for zsh.
  return /^[\w./:@%+-][\w./:=@%+-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
