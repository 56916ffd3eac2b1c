import { done } from '../../test/support/tds/tokens.ts';
import { startTdsServer } from '../../test/support/tds-server/tds-server.ts';
import { encodeTable, TABLES } from './tables.ts';

/**
 * A SQL Server that answers at memory speed, in a process of its own so that its work is not counted: `SELECT TOP (n) *
 * FROM bench.<table>` gives n rows from blocks encoded in advance. Tells its port to whoever started it.
 */
const QUERY = /^SELECT TOP \((\d+)\) \* FROM bench\.(\w+)$/;

const encoded = new Map(Object.entries(TABLES).map(([name, table]) => [name, encodeTable(table)]));

function* answer({ sql }: { readonly sql: string }): Generator<Uint8Array> {
  const [, count, name = ''] = QUERY.exec(sql) ?? [];
  const table = encoded.get(name);
  if (table === undefined) {
    yield done();
    return;
  }
  yield table.head;
  for (let rows = 0; rows < Number(count); rows += table.blockRows) yield table.block;
  yield done({ rowCount: Number(count) });
}

const [, , user = '', password = ''] = process.argv;
const server = await startTdsServer({ answer, logins: [{ user, password, database: 'bench' }], tls: false });
process.send?.(server.port);
process.once('disconnect', () => void server.close());
