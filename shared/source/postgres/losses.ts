import { type DataType, Type } from 'apache-arrow';
import type { ColumnShape } from '../columns/column-builder.ts';
import type { ReadSession } from './read-session.ts';

/**
 * By column, the values that cannot land. Whatever lands does so with every digit: a type that Arrow has not (numeric
 * without bounds or beyond 38 digits, interval, arrays, ranges, network addresses) as the server's exact text, and infinite
 * dates and moments as the extremes of their integers, which text formats print as infinity. A value that cannot land
 * ends the read with an error, so none is lost unseen.
 */
export async function lossesOf(session: ReadSession, columns: readonly ColumnShape[]): Promise<Map<string, string>> {
  const [[encoding] = []] = await session.texts("SELECT pg_catalog.current_setting('server_encoding')");
  const found = columns.flatMap(({ name, type }) => {
    const loss = lossOf(type, encoding ?? '');
    return loss === undefined ? [] : ([[name, loss]] as const);
  });
  return new Map(found);
}

/** @param encoding of the database; all but SQL_ASCII hold no text that the server cannot give as UTF-8 */
export function lossOf({ typeId }: DataType, encoding: string): string | undefined {
  switch (typeId) {
    case Type.Decimal:
      return 'NaN cannot land as a decimal'; // infinities have no place in a numeric with a precision either
    case Type.Timestamp:
      return 'moments after 294247-01-10 04:00:54 cannot land'; // int64 microseconds since 1970; PostgreSQL's since 2000
    case Type.Utf8:
      return encoding === 'SQL_ASCII' ? 'text that is not valid UTF-8 cannot land' : undefined;
    default:
      return undefined;
  }
}
