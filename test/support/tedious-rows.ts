import { Connection, Request } from 'tedious';
import type { TestSqlServer } from './tds-server/test-sql-server.ts';

/** What tedious itself makes of a query's rows, by its own row events over a connection of its own. */
export async function rowsByTedious(server: TestSqlServer, sql: string): Promise<unknown[][]> {
  const { host, port, user, password, database, caPem } = server;
  const connection = new Connection({
    server: host,
    authentication: { type: 'default', options: { userName: user, password } },
    options: { port, database, encrypt: true, cryptoCredentialsDetails: { ca: caPem } },
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  try {
    return await new Promise((resolve, reject) => {
      const rows: unknown[][] = [];
      const request = new Request(sql, (error) => (error ? reject(error) : resolve(rows)));
      request.on('row', (columns: { value: unknown }[]) => rows.push(columns.map(({ value }) => value)));
      connection.execSqlBatch(request);
    });
  } finally {
    connection.close();
  }
}
