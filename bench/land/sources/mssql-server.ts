import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { done } from '../../../test/support/tds/tokens.ts';
import { startTdsServer } from '../../../test/support/tds-server/tds-server.ts';
import { tableNamed } from '../tables.ts';
import { type EncodedTable, encodedRows, encodeTable } from './encoded-rows.ts';

/**
 * A SQL Server that answers at memory speed, in a process of its own so that its work is not counted:
 * `SELECT TOP (n) * FROM bench.<table>` gives n rows that were encoded before. A second port sends the same bytes without
 * packets or login, for the floor of a drained socket. Tells both ports to whoever started it.
 */
const QUERY = /^\s*SELECT TOP \((\d+)\) \* FROM bench\.(\w+)\s*$/i;
/** How freebcp asks which columns a query has. */
const COLUMNS_ONLY = /^SET FMTONLY ON SELECT TOP \(\d+\) \* FROM bench\.(\w+) SET FMTONLY OFF$/i;

const [, , user = '', password = '', maxRowsText = ''] = process.argv;
const maxRows = Number(maxRowsText);
const tables = new Map<string, EncodedTable>();

function encoded(name: string): EncodedTable {
  let table = tables.get(name);
  if (table === undefined) {
    table = encodeTable(tableNamed(name), maxRows);
    tables.set(name, table);
  }
  return table;
}

function* answer({ sql }: { readonly sql: string }): Generator<Uint8Array | { bytes: Uint8Array; rows: number }> {
  const [, described] = COLUMNS_ONLY.exec(sql) ?? [];
  if (described !== undefined) yield encoded(described).head;
  const [, count = '', name = ''] = QUERY.exec(sql) ?? [];
  if (name === '') {
    yield done();
    return;
  }
  const table = encoded(name);
  yield table.head;
  yield* encodedRows(table, Number(count));
  yield done({ rowCount: Number(count) });
}

async function sendBare(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  const [asked] = (await once(socket, 'data')) as [Buffer];
  const [, count = '', name = ''] = QUERY.exec(asked.toString()) ?? [];
  for (const { bytes } of encodedRows(encoded(name), Number(count))) {
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
}

const server = await startTdsServer({ answer, logins: [{ user, password, database: 'bench' }], tls: false });
const bare = createServer((socket) => void sendBare(socket).catch(() => socket.destroy()));
bare.listen(0, '127.0.0.1');
await once(bare, 'listening');
process.send?.({ port: server.port, barePort: (bare.address() as AddressInfo).port });
process.once('disconnect', () => {
  bare.close();
  void server.close();
});
