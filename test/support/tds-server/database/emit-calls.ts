import type { Emitted } from './emitted.ts';
import { aggregates } from './functions/aggregates.ts';
import { dateFunctions } from './functions/dates.ts';
import { metadataFunctions } from './functions/metadata.ts';
import { serverFunctions } from './functions/server.ts';
import type { FunctionCall } from './functions/signature.ts';
import { textFunctions } from './functions/texts.ts';
import { valueFunctions } from './functions/values.ts';
import type { Place } from './place.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import type { Window } from './syntax-tree.ts';
import { isText } from './type-names.ts';

const FUNCTIONS = {
  ...aggregates,
  ...dateFunctions,
  ...metadataFunctions,
  ...serverFunctions,
  ...textFunctions,
  ...valueFunctions,
};

const NEEDS_WINDOW = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'NTILE', 'LAG', 'LEAD', 'FIRST_VALUE', 'LAST_VALUE']);

/** A call of one of SQL Server's functions, or a global variable such as @@SPID. */
export function emitCall(call: FunctionCall & { over?: Window }, place: Place): Emitted {
  const name = call.name.replace(/^sys\./i, '').toUpperCase();
  const translate = FUNCTIONS[name];
  if (translate === undefined) {
    if (name.startsWith('@@')) throw sqlError.undeclared(call.name);
    if (name.includes('.')) throw unknownQualified(call.name);
    throw sqlError.unknownFunction(call.name);
  }
  const emitted = translate(call, place);
  if (call.over === undefined) {
    if (NEEDS_WINDOW.has(name)) throw noWindow(call.name);
    return emitted;
  }
  return { ...emitted, sql: `${emitted.sql} OVER (${windowSql(call.over, place)})` };
}

function windowSql({ partition, order }: Window, place: Place): string {
  const sorted = order.map(({ value, descending }) => {
    const { sql, type, collation } = place.value(value);
    const collated = type !== undefined && isText(type) ? `${sql} COLLATE ${collation ?? 'NOCASE'}` : sql;
    return `${collated}${descending ? ' DESC' : ''}`;
  });
  const parts = partition.map((each) => place.value(each).sql);
  const by = parts.length === 0 ? '' : `PARTITION BY ${parts.join(', ')} `;
  return by + (sorted.length === 0 ? '' : `ORDER BY ${sorted.join(', ')}`);
}

const noWindow = (name: string): SqlServerError =>
  new SqlServerError(10753, 15, 1, `The function '${name}' must have an OVER clause.`);

const unknownQualified = (name: string): SqlServerError =>
  new SqlServerError(
    4121,
    16,
    1,
    `Cannot find either column "${name.split('.')[0]}" or the user-defined function or aggregate "${name}", or the name is ambiguous.`,
  );
