import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { duckRows, type Row } from './duckdb.ts';
import { floatText, trimmedFraction } from './tds/canonical-text.ts';
import type { WireType } from './tds/wire-types.ts';

/** Cells as the file has them: what JSON or CSV prints, or DuckDB's own text for Parquet (hex for binaries). */
export interface LandedFile {
  readonly isText: boolean;
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Reads a landed object of any format, told by its extension. */
export async function readLanded(path: string): Promise<LandedFile> {
  if (path.endsWith('.parquet')) return await readParquet(path);
  const text = textOf(path);
  if (/\.csv(\.|$)/.test(path)) {
    const [names = [], ...rows] = csvRecords(text);
    return { isText: true, names: names.map((name) => name ?? ''), rows };
  }
  const objects = /\.jsonl(\.|$)/.test(path)
    ? text.split('\n').slice(0, -1).map(parseExactly)
    : (parseExactly(text) as { Result: unknown[] }).Result;
  const rows = objects.map((each) => Object.entries(each as Record<string, unknown>));
  return {
    isText: true,
    names: (rows[0] ?? []).map(([name]) => name),
    rows: rows.map((cells) => cells.map(([, cell]) => (cell === null ? null : String(cell as string | boolean)))),
  };
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  if (path.endsWith('.gz')) return gunzipSync(bytes).toString();
  return (path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString();
}

async function readParquet(path: string): Promise<LandedFile> {
  // Without it the folder's run_id would be a column.
  const from = `read_parquet('${path}', hive_partitioning = false)`;
  const columns = await duckRows(`describe select * from ${from}`);
  const names = columns.map(({ column_name: name }) => String(name));
  // As hex, because DuckDB's client drops a byte order mark at the begin of a text.
  const cells = names.map((name, place) => {
    const column = `"${name.replaceAll('"', '""')}"`;
    return `hex(${column}${isBlob(columns[place]!) ? '' : '::varchar'}) as c${place}`;
  });
  const rows = await duckRows(`select ${cells.join(', ')} from ${from}`);
  const cellOf = (hex: unknown, place: number) => {
    if (hex === null) return null;
    const text = hex as string;
    return isBlob(columns[place]!) ? text.toLowerCase() : Buffer.from(text, 'hex').toString();
  };
  return { isText: false, names, rows: rows.map((row) => Object.values(row).map(cellOf)) };
}

const isBlob = ({ column_type: type }: Row): boolean => type === 'BLOB';

/** RFC 4180; an empty field is NULL, a quoted empty one is not. */
function csvRecords(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? closingQuote(text, at) + 1 : nextOf(text, at);
    const field = text.slice(at, end);
    if (isQuoted) record.push(field.slice(1, -1).replaceAll('""', '"'));
    else record.push(field === '' ? null : field);
    at = end + (text[end] === ',' ? 1 : 2);
    if (text[end] === ',') continue;
    if (text.slice(end, at) !== '\r\n') throw new SyntaxError(`no comma and no line end behind a field at ${end}`);
    records.push(record);
    record = [];
  }
  return records;
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  if (at < 0) throw new SyntaxError(`the quote at ${opening} is not closed`);
  return at;
}

function nextOf(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ',' && text[at] !== '\r') at++;
  return at;
}

type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;

/** Number literals become their own text, since JSON.parse would round them. */
function parseExactly(json: string): unknown {
  const keepDigits: Reviver = (_key, value, { source }) => (typeof value === 'number' ? source : value);
  return JSON.parse(json, keepDigits as (key: string, value: unknown) => unknown);
}

const BINARIES = new Set(['binary', 'varbinary', 'image', 'rowversion', 'hierarchyid', 'geometry', 'geography']);

/** A cell that was landed from a column of the type, in the spelling of `expectedText`. */
export function landedSpelling(type: WireType, cell: string | null, { isText }: LandedFile): string | null {
  if (cell === null) return null;
  if (BINARIES.has(type.kind)) return isText ? Buffer.from(cell, 'base64').toString('hex') : cell;
  switch (type.kind) {
    case 'bit':
      return { true: '1', false: '0' }[cell] ?? cell;
    case 'decimal':
    case 'numeric':
      return cell.replace(/^-?(?=\.)/, '$&0'); // DuckDB prints .5
    case 'float':
      return floatText(Number(cell));
    case 'real':
      return floatText(Math.fround(Number(cell)));
    case 'time':
    case 'datetime':
    case 'smalldatetime':
    case 'datetime2':
      return trimmedFraction(isText ? cell.replace('T', ' ') : cell);
    default:
      return cell;
  }
}
