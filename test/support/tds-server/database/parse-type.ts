import type { WireType } from '../../tds/wire-types.ts';
import type { TokenCursor } from './token-cursor.ts';
import { typeOf } from './type-names.ts';

/** A type as T-SQL writes it: `decimal(12, 2)`, `nvarchar(max)`, `double precision`, `[sys].[int]`. */
export function parseType(cursor: TokenCursor, defaultLength?: number): WireType {
  if (cursor.accept('DOUBLE', 'PRECISION')) return { kind: 'float' };
  if (cursor.accept('NATIONAL')) {
    cursor.accept('CHARACTER');
    return typeOf(cursor.accept('VARYING') ? 'nvarchar' : 'nchar', sizes(cursor), defaultLength);
  }
  const name = cursor.objectName().at(-1)!;
  const varying = cursor.accept('VARYING') ? `var${name.slice(0, 4)}` : name;
  return typeOf(varying, sizes(cursor), defaultLength);
}

function sizes(cursor: TokenCursor): (number | 'max')[] {
  if (!cursor.sees('(')) return [];
  return cursor.list(() => {
    if (cursor.accept('MAX')) return 'max';
    if (cursor.token.kind !== 'number') throw cursor.fail();
    return Number(cursor.advance().text);
  });
}
