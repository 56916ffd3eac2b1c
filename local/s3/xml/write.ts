/** Text that is XML already. */
export interface XmlText {
  readonly xml: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters become references, as S3 writes them, so that a key survives the way through XML. */
function escapeText(text: string): string {
  return text.replace(
    /[&<>"'\p{Cc}]/gu,
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

type Content = string | number | boolean | readonly (XmlText | undefined)[];

/** An element with text, or with children; `undefined` children are left out. */
export function element(name: string, content: Content): XmlText {
  const inner =
    typeof content === 'object' ? content.map((child) => child?.xml ?? '').join('') : escapeText(String(content));
  return { xml: `<${name}>${inner}</${name}>` };
}

/** An element when there is a value, nothing otherwise. */
export function optional(name: string, value: string | number | undefined): XmlText | undefined {
  return value === undefined ? undefined : element(name, value);
}

export function xmlDocument(root: XmlText): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`;
}

/** A document whose root bears S3's namespace, as every answer but an error does. */
export function s3Document(name: string, children: readonly (XmlText | undefined)[]): string {
  const { xml } = element(name, children);
  return xmlDocument({ xml: xml.replace(`<${name}>`, `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`) });
}
