export interface TableName {
  readonly schema: string | undefined;
  readonly table: string;
}

const QUOTED = /^"((?:[^"]|"")+)"/;

/**
 * Splits the key of a table at its first dot, as in `public.orders`. A part that has dots itself is put in double
 * quotes as in SQL, with `""` for a quote within: `"my.schema"."my.table"`. Without a dot there is no schema.
 *
 * @returns undefined when a part is empty, a quote is not closed, or text cannot be part of a name.
 */
export function splitTableName(key: string): TableName | undefined {
  if (!isName(key)) return undefined;
  const quoted = QUOTED.exec(key);
  if (quoted === null) return splitPlain(key);
  const first = unquoted(quoted[1]!);
  const rest = key.slice(quoted[0].length);
  if (rest === '') return { schema: undefined, table: first };
  const table = rest.startsWith('.') ? lastPart(rest.slice(1)) : undefined;
  return table === undefined ? undefined : { schema: first, table };
}

/** The name of a custom query: any text will do, and what cannot be split is a name as it is. */
export function splitQueryName(key: string): TableName | undefined {
  if (!isName(key)) return undefined;
  return splitTableName(key) ?? { schema: undefined, table: key };
}

function splitPlain(key: string): TableName | undefined {
  if (key.startsWith('"')) return undefined;
  const dot = key.indexOf('.');
  if (dot === -1) return { schema: undefined, table: key };
  const table = lastPart(key.slice(dot + 1));
  return dot === 0 || table === undefined ? undefined : { schema: key.slice(0, dot), table };
}

function lastPart(text: string): string | undefined {
  if (!text.startsWith('"')) return text === '' ? undefined : text;
  const quoted = QUOTED.exec(text);
  return quoted !== null && quoted[0] === text ? unquoted(quoted[1]!) : undefined;
}

function unquoted(text: string): string {
  return text.replaceAll('""', '"');
}

/** A lone surrogate has no UTF-8, so no key and no message could carry it. */
function isName(text: string): boolean {
  return text.trim() !== '' && text.isWellFormed() && !/\p{Cc}/u.test(text);
}
