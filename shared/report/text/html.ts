/** Text of the page that needs no more escaping. Made by `html`, and of fixed text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | null | false | readonly Content[];

/**
 * A piece of the page. Whatever is put into it is escaped, in the text and in quoted attributes alike, unless it is a piece
 * itself; a list is put in item by item; undefined, null and false leave nothing.
 */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = literals[0]!;
  contents.forEach((content, index) => {
    text += markupOf(content) + literals[index + 1]!;
  });
  return new Markup(text);
}

function markupOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  if (Array.isArray(content)) return content.map(markupOf).join('');
  return '';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Characters that are not seen and change what is: controls, and those that turn the direction of what follows. A name
 * with one in it could pass for another one.
 * @see https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const UNSEEN = /(?![\t\n])\p{Cc}|\p{Bidi_Control}|[\u200b\u2028\u2029\u2060-\u2064\ufeff]/gu;

/** The one place where text of others becomes text of the page. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
