import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { BenchColumn, BenchTable, BenchValue } from '../tables.ts';
import type { DatabaseLogin } from './login.ts';

/** Rows are handed to COPY in pieces of so many. */
const PIECE_ROWS = 500;

/**
 * Makes the table anew with so many rows: the distinct ones by COPY, the others from them by generate_series, so that
 * both databases have the same rows. UNLOGGED, for nothing of it is to be kept.
 */
export async function fillPostgres(login: DatabaseLogin, table: BenchTable, rowCount: number): Promise<void> {
  const client = new pg.Client({ ...login });
  await client.connect();
  try {
    const columns = table.columns.map(({ name, postgres }) => `"${name}" ${postgres}`).join(', ');
    await client.query('CREATE SCHEMA IF NOT EXISTS bench');
    await client.query(`DROP TABLE IF EXISTS bench.${table.name}, bench.distinct_rows`);
    await client.query(`CREATE UNLOGGED TABLE bench.distinct_rows (${columns})`);
    const distinct = Math.min(table.distinctRows, rowCount);
    await pipeline(
      Readable.from(copyLines(table, distinct)),
      client.query(copyFrom('COPY bench.distinct_rows FROM STDIN')),
    );
    await client.query(`CREATE UNLOGGED TABLE bench.${table.name} (${columns})`);
    await client.query(
      `INSERT INTO bench.${table.name} SELECT d.* FROM generate_series(0, ${Math.floor((rowCount - 1) / distinct)}) AS g(turn)
       CROSS JOIN bench.distinct_rows AS d WHERE g.turn * ${distinct} + d.id <= ${rowCount}`,
    );
    await client.query('DROP TABLE bench.distinct_rows');
    await client.query(`VACUUM (ANALYZE, FREEZE) bench.${table.name}`);
  } finally {
    await client.end();
  }
}

function* copyLines({ columns, valuesOf }: BenchTable, rowCount: number): Generator<string> {
  let lines: string[] = [];
  for (let id = 1; id <= rowCount; id += 1) {
    const cells = valuesOf(id).map((value, place) => copyCell(columns[place]!, value));
    lines.push(`${cells.join('\t')}\n`);
    if (lines.length < PIECE_ROWS && id < rowCount) continue;
    yield lines.join('');
    lines = [];
  }
}

/** @see https://www.postgresql.org/docs/18/sql-copy.html, the text format */
function copyCell({ kind }: BenchColumn, value: BenchValue): string {
  if (value === null) return '\\N';
  return kind === 'binary' ? `\\\\x${value}` : value.replace(/[\\\t\n\r]/g, (special) => `\\${special}`);
}
