import type { WireType } from '../../tds/wire-types.ts';
import type { Expression } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

const MAX_INT = 2_147_483_647n;

/** A constant with the type that T-SQL gives it, or undefined when none stands here. */
export function parseLiteral(cursor: TokenCursor): Expression | undefined {
  const { kind, text } = cursor.token;
  const literal = (type: WireType | undefined, value: string | null): Expression => {
    cursor.advance();
    return { kind: 'literal', type, text: value };
  };
  if (kind === 'text') return literal({ kind: 'varchar', length: length(text), nullable: false }, text);
  if (kind === 'wide') return literal({ kind: 'nvarchar', length: length(text), nullable: false }, text);
  if (kind === 'binary') {
    const hex = text.length % 2 === 0 ? text : `0${text}`;
    return literal({ kind: 'varbinary', length: Math.max(1, hex.length / 2), nullable: false }, hex);
  }
  if (kind === 'number') return literal(...numberOf(text));
  if (cursor.sees('NULL')) return literal(undefined, null);
  return undefined;
}

function length(text: string): number | 'max' {
  return text.length > 4000 ? 'max' : Math.max(1, text.length);
}

function numberOf(text: string): [WireType, string] {
  if (/e/i.test(text)) return [{ kind: 'float', nullable: false }, String(Number(text))];
  if (/^\d+$/.test(text) && BigInt(text) <= MAX_INT) return [{ kind: 'int', nullable: false }, String(BigInt(text))];
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+/, '');
  const precision = Math.max(1, digits.length + fraction.length);
  return [
    { kind: 'numeric', precision, scale: fraction.length, nullable: false },
    `${digits || '0'}${fraction === '' ? '' : `.${fraction}`}`,
  ];
}
