import { once } from 'node:events';
import { Connection, Request } from 'tedious';
import type { BenchSource } from '../sources/login.ts';

/** A column's name and a JavaScript value, as tedious' row event has them. */
export interface TediousCell {
  readonly metadata: { readonly colName: string };
  readonly value: unknown;
}

/**
 * Reads by tedious' own row events. `onRow` may return a wait, which pauses the request: false until `resume` is called.
 * Resolves with the number of rows.
 */
export async function readRows(
  { host, port, user, password, database }: BenchSource,
  sql: string,
  onRow: (cells: readonly TediousCell[], resume: () => void) => boolean,
): Promise<number> {
  const connection = new Connection({
    server: host,
    authentication: { type: 'default', options: { userName: user, password } },
    options: { port, database, encrypt: false, requestTimeout: 0, packetSize: 16_384 },
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  let rows = 0;
  await new Promise<void>((resolve, reject) => {
    const request = new Request(sql, (error) => (error ? reject(error) : resolve()));
    const resume = () => request.resume();
    request.on('row', (cells: readonly TediousCell[]) => {
      rows += 1;
      if (!onRow(cells, resume)) request.pause();
    });
    connection.execSqlBatch(request);
  });
  const ended = once(connection, 'end');
  connection.close();
  await ended;
  return rows;
}
