import { colMetadata, done, row } from '../../support/tds/tokens.ts';
import type { WireColumn } from '../../support/tds/wire-types.ts';
import type { TdsPiece } from '../../support/tds-server/tds-server.ts';
import type { WireDatabase, WireTable } from './wire-server.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int', nullable: false } },
  { name: 'body', type: { kind: 'varchar', length: 1000 } },
];

/** Rows of about a kilobyte. */
export function wideTable(rows: number): WireTable {
  const body = 'x'.repeat(1000);
  return {
    columns: COLUMNS,
    key: ['id'],
    rows: function* () {
      for (let id = 0; id < rows; id++) yield [`${id}`, body];
    },
  };
}

/** Rows of about a kilobyte; `seen` counts those that the server was asked for. */
export function countedRows(seen: { rows: number }, rows = Number.POSITIVE_INFINITY): () => Generator<TdsPiece> {
  return function* () {
    const token = row(COLUMNS, ['1', 'x'.repeat(1000)]);
    yield colMetadata(COLUMNS);
    for (let i = 0; i < rows; i++) {
      seen.rows += 1;
      yield token;
    }
    yield done({ rowCount: rows });
  };
}

/** Thinks for ever before the first token. */
export async function* noAnswer(): AsyncGenerator<TdsPiece> {
  await new Promise(() => {});
  yield done();
}

export const BIG_ROWS = 3_000;

export const BIG_DATABASE: WireDatabase = {
  tables: { '[dbo].[big]': wideTable(BIG_ROWS), '[dbo].[small]': wideTable(10) },
  queries: { 'no answer': noAnswer },
};
