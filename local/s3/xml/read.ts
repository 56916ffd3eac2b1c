import { malformedXml } from '../s3-error.ts';

/** An element of a request's XML body, without its namespace and attributes. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const MAX_DEPTH = 16;
const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/!?]+)([^<>]*?)(\/?)>|([^<]+)/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root element of a small XML document: what S3 requests use of XML, no document types, no outside entities.
 *
 * @throws S3Error MalformedXML
 */
export function readXml(xml: string): XmlElement {
  const top: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [top];
  TOKEN.lastIndex = 0;
  const source = xml.replace(/^\uFEFF/, '');
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (token === null) throw malformedXml();
    readToken(token, open);
  }
  const [root] = top.children;
  if (open.length !== 1 || root === undefined || top.children.length > 1 || top.text.trim() !== '')
    throw malformedXml();
  return root;
}

function readToken(token: RegExpExecArray, open: OpenElement[]): void {
  const [, cdata, closing, qualifiedName, , selfClosing, text] = token;
  const current = open.at(-1)!;
  if (cdata !== undefined) current.text += cdata;
  if (text !== undefined) current.text += unescapeText(text);
  if (qualifiedName === undefined) return;
  const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
  if (closing === '/') {
    if (open.length === 1 || current.name !== name) throw malformedXml();
    open.pop();
    return;
  }
  if (open.length > MAX_DEPTH) throw malformedXml();
  const child: OpenElement = { name, children: [], text: '' };
  current.children.push(child);
  if (selfClosing !== '/') open.push(child);
}

function unescapeText(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#[0-9]+|\w+)?;?/g, (_, entity: string | undefined) => {
    const character = entity === undefined ? undefined : entity.startsWith('#') ? codePoint(entity) : NAMED[entity];
    if (character === undefined) throw malformedXml();
    return character;
  });
}

function codePoint(entity: string): string | undefined {
  const code = entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The text of the first child of that name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}
