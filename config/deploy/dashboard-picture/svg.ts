export const FONT = 'Helvetica, Arial, sans-serif';
export const INK = '#16191f';
export const FAINT = '#687078';
export const LINE = '#d5dbdb';

/** Colors of the console's charts, in their order. */
export const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b'] as const;
export const ALARM_COLOR = '#d13212';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Coordinates with one digit behind the point, so that the file stays small and the same everywhere. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface TextLook {
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function label(x: number, y: number, text: string, look: TextLook = {}): string {
  const { size = 11, bold = false, color = INK, anchor = 'start' } = look;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}>${escaped(text)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, color = LINE, dash = ''): string {
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${color}"${dashed}/>`;
}

export function rectangle({ x, y, width, height }: Box, fill: string, stroke = 'none'): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}" stroke="${stroke}" rx="3"/>`;
}

/** As many characters as have room, by the width that most letters of the font have. */
export function cut(text: string, width: number, size: number): string {
  const room = Math.floor(width / (size * 0.56));
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}
