import type { BinarySpelling, OutputForm } from '../subjects/subject.ts';
import type { BenchColumn, BenchTable } from '../tables.ts';

/**
 * DuckDB's SQL for a value of a column as a text that is the same for every output that has the same value. Moments count
 * to the millisecond, which is what JavaScript's Date holds; everything else counts whole.
 */
export function canonicalSql({ name, kind, scale }: BenchColumn, binary: BinarySpelling): string {
  const column = `"${name}"`;
  switch (kind) {
    case 'integer':
      return `CAST(CAST(${column} AS BIGINT) AS VARCHAR)`;
    case 'decimal':
      return `CAST(CAST(${column} AS DECIMAL(${DECIMAL_DIGITS}, ${scale ?? 0})) AS VARCHAR)`;
    case 'float':
      return `CAST(CAST(${column} AS DOUBLE) AS VARCHAR)`;
    case 'moment':
      return `CAST(epoch_ms(CAST(${column} AS TIMESTAMP)) AS VARCHAR)`;
    case 'uuid':
      return `lower(CAST(${column} AS VARCHAR))`;
    case 'binary':
      return `lower(${hexSql(column, binary)})`;
    default:
      return `CAST(${column} AS VARCHAR)`;
  }
}

/** More than any value has; beyond 18 digits DuckDB takes twelve times as long to read a text. */
const DECIMAL_DIGITS = 18;

function hexSql(column: string, spelling: BinarySpelling): string {
  switch (spelling) {
    case 'bytes':
      return `hex(${column})`;
    case 'base64':
      return `hex(from_base64(${column}))`;
    case 'hex-escaped':
      return `substr(${column}, 3)`;
    default:
      return column;
  }
}

const MAX_ROW_BYTES = 64 * 1024 * 1024;

/** DuckDB's SQL for the rows of an output. */
export function relationSql(path: string, form: OutputForm, { columns }: BenchTable): string {
  const file = quoted(path);
  if (form.format === 'parquet') return `read_parquet(${file})`;
  const types = columns.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  const shared = `${file}, columns = {${types}}, compression = ${form.compression === 'gzip' ? "'gzip'" : "'uncompressed'"}`;
  if (form.format === 'json-lines') {
    return `read_json(${shared}, format = 'newline_delimited', maximum_object_size = ${MAX_ROW_BYTES})`;
  }
  const { delimiter, quote, header } = form;
  const dialect = `delim = ${quoted(delimiter)}, quote = ${quoted(quote)}, escape = ${quoted(quote)}, nullstr = ''`;
  return `read_csv(${shared}, ${dialect}, header = ${header}, auto_detect = false, max_line_size = ${MAX_ROW_BYTES})`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
