import { Connection, Request } from 'tedious';
import { createMssqlSource } from '../../shared/source/mssql/mssql-source.ts';

export interface Login {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export type Reader = (login: Login, sql: string) => Promise<number>;

const HOST = '127.0.0.1';
const DATABASE = 'bench';

/** What Landfall does before it encodes: every row as Arrow batches. */
const landfall: Reader = async ({ port, user, password }, sql) => {
  const source = createMssqlSource({
    connection: {
      host: HOST,
      port,
      database: DATABASE,
      username: user,
      password,
      ssl: { mode: 'disable' },
      readOnlyIntent: false,
      isolation: 'read-committed',
    },
  });
  const query = { name: 'bench', schema: undefined, table: 'bench', sql, select: [], where: undefined };
  const reading = { ...query, temporal: 'micros', key: [], range: {} } as const;
  const stream = await source.open(reading, new AbortController().signal);
  let rows = 0;
  for await (const batch of stream.batches) rows += batch.numRows;
  await source.close();
  return rows;
};

/** The driver as most use it: an event a row, a JavaScript value a cell. Nothing is done with them. */
const tedious: Reader = async ({ port, user, password }, sql) => {
  const connection = new Connection({
    server: HOST,
    authentication: { type: 'default', options: { userName: user, password } },
    options: { port, database: DATABASE, encrypt: false, requestTimeout: 0, packetSize: 16_384 },
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  let rows = 0;
  await new Promise<void>((resolve, reject) => {
    const request = new Request(sql, (error) => (error ? reject(error) : resolve()));
    request.on('row', () => {
      rows += 1;
    });
    connection.execSqlBatch(request);
  });
  connection.close();
  return rows;
};

export const READERS: Readonly<Record<string, Reader>> = { landfall, tedious };
