import { TYPES } from 'tedious';
import type { ExtractionConnection } from './extraction-connection.ts';
import type { ExtractionRequest } from './extraction-request.ts';
import type { KeyParameter } from './key/range-text.ts';

/** SQL, and the values for its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly KeyParameter[];
}

/** One length for all values that it holds, or the server would compile the query for each length anew. */
const SHARED_LENGTH = 4_000;

/** Sends the request's SQL: as a batch, or with parameters by sp_executesql. */
export function send(
  connection: ExtractionConnection,
  request: ExtractionRequest,
  parameters: Statement['parameters'],
): void {
  if (parameters.length === 0) {
    connection.execSqlBatch(request);
    return;
  }
  for (const { name, kind, value } of parameters) {
    if (kind === 'text') request.addParameter(name, TYPES.NVarChar, value, lengthFor(value));
    else if (kind === 'bigint') request.addParameter(name, TYPES.BigInt, BigInt(value));
    else request.addParameter(name, kind === 'real' ? TYPES.Real : TYPES.Float, Number(value));
  }
  connection.execSql(request);
}

/** Without one the driver declares nvarchar(max) for a text that is longer. */
function lengthFor({ length }: string): { length?: number } {
  return length <= SHARED_LENGTH ? { length: SHARED_LENGTH } : {};
}
