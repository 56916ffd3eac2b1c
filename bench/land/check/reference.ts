import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BenchTable } from '../tables.ts';

/** Writes the distinct rows of a table with their values as texts: what every output is compared with. */
export async function writeReference(table: BenchTable, rowCount: number, path: string): Promise<void> {
  await pipeline(Readable.from(lines(table, Math.min(rowCount, table.distinctRows))), createWriteStream(path));
}

function* lines({ columns, valuesOf }: BenchTable, rowCount: number): Generator<string> {
  for (let id = 1; id <= rowCount; id += 1) {
    const values = valuesOf(id).map((value, place) => [columns[place]!.name, value]);
    yield `${JSON.stringify(Object.fromEntries(values))}\n`;
  }
}
