/** Elements of SVG as text. Light background, so that a chart is readable on every page that shows it. */
export const INK = '#1f2933';
export const FAINT = '#d9e2ec';
export const SOFT = '#52606d';
export const BACKGROUND = '#ffffff';

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ''): string {
  const words = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return content === '' ? `<${name}${words.join('')}/>` : `<${name}${words.join('')}>${content}</${name}>`;
}

export type Anchor = 'start' | 'middle' | 'end';

export function label(
  text: string,
  x: number,
  y: number,
  style: Attributes & { readonly anchor?: Anchor } = {},
): string {
  const { anchor = 'start', ...rest } = style;
  return element('text', { x: round(x), y: round(y), 'text-anchor': anchor, fill: INK, ...rest }, escaped(text));
}

export function drawing(width: number, height: number, title: string, parts: readonly string[]): string {
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': title,
    'font-family': 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif',
    'font-size': 13,
  };
  const background = element('rect', { width, height, fill: BACKGROUND });
  return `${element('svg', frame, `\n${[background, ...parts].join('\n')}\n`)}\n`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
