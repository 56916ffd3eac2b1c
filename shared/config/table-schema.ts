import * as z from 'zod';
import { TEMPLATE_VARIABLES } from '../core/object-key.ts';
import { byteSizeSchema } from './byte-size.ts';
import { changeShape, updateKeySchema } from './change-schema.ts';
import type { Compression, Format, OnEmpty, Overlap, Temporal } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { durationSchema } from './duration.ts';
import { MAX_CHUNKS } from './limits.ts';

// The message of each rule is the sentence that a problem shows after "allowed:".

const MIN_FILE_BYTES = 64 * 1024;
const MAX_FILE_BYTES = 64 * 1024 ** 3;
const MIN_FILE_ROWS = 1_000;
const MAX_FILE_ROWS = 1_000_000_000;
const MIN_CHUNK_ROWS = 1_000;
const SIZE_RULE = 'a whole number of bytes or a size such as 256MiB, from 64KiB to 64GiB';
const FILE_ROWS_RULE = 'a whole number of rows from 1000 to 1000000000';
const CHUNK_COUNT_RULE = `a whole number from 1 to ${MAX_CHUNKS}`;
const CHUNK_SIZE_RULE = 'a whole number of rows, 1000 or more';
const MIN_DUE_MS = 15 * 60_000;
const MAX_DUE_MS = 7 * 86_400_000;
const DUE_RULE = 'a duration such as 90m or 2h, from 15m to 7d';
const COLUMNS_RULE = 'a list of column names, such as [id, name], or of "-" and a name to leave columns out';
const KEY_RULE = 'a column name or a list of column names, such as [id]';
const TAGS_RULE = 'a list of words, such as [daily, finance]';

const oneLine = (rule: string) => z.string(rule).regex(/^[^\r\n\0]+$/, rule);

const format = z
  .enum(['parquet', 'csv', 'jsonl', 'json'] satisfies Format[])
  .describe(
    `File format: parquet, csv (RFC 4180), jsonl (a document per line) or json (one document {"Result": […]}). Default: ${DEFAULTS.format}.`,
  );

const compression = z
  .enum(['zstd', 'gzip', 'snappy', 'none'] satisfies Compression[])
  .describe('Compression. snappy works with parquet only. Default: zstd for parquet, none for text formats.');

const object = oneLine('a folder template, such as {source}/{table}/').describe(
  `Folder of the table's files below the target's prefix. Variables: ${TEMPLATE_VARIABLES.map((name) => `{${name}}`).join(' ')}; {table} must be there. Default: ${DEFAULTS.object}`,
);

const onEmpty = z
  .enum(['skip', 'write'] satisfies OnEmpty[])
  .describe(
    `What a table without rows lands: nothing (skip) or a file with the schema only (write). Default: ${DEFAULTS.onEmpty}.`,
  );

const fileMaxBytes = byteSizeSchema(MIN_FILE_BYTES, MAX_FILE_BYTES, SIZE_RULE).describe(
  'Size at which a table with a primary key goes on in a new file: bytes, or a size such as 512MiB. Without a key all rows are in one file. Default: 256MiB.',
);

const fileMaxRows = z
  .int(FILE_ROWS_RULE)
  .min(MIN_FILE_ROWS, FILE_ROWS_RULE)
  .max(MAX_FILE_ROWS, FILE_ROWS_RULE)
  .describe(
    'Rows at which a table with a primary key goes on in a new file, where file_max_bytes was not reached before. Default: no limit.',
  );

const chunkCount = z
  .int(CHUNK_COUNT_RULE)
  .min(1, CHUNK_COUNT_RULE)
  .max(MAX_CHUNKS, CHUNK_COUNT_RULE)
  .describe(
    'Into how many ranges of its primary key a table is cut; they are extracted beside each other, as far as max_concurrency allows. Not together with chunk_size. Default: one.',
  );

const chunkSize = z
  .int(CHUNK_SIZE_RULE)
  .min(MIN_CHUNK_ROWS, CHUNK_SIZE_RULE)
  .describe(
    `Rows of one range of the primary key, about, instead of chunk_count: a table has as many ranges as its number of rows asks for, but no more than ${MAX_CHUNKS}.`,
  );

const overlap = z
  .enum(['skip', 'queue'] satisfies Overlap[])
  .describe(
    `What becomes of a run of the table that begins while another run is at work on it. skip: it does not read the table and says so; queue: it waits its turn. Default: ${DEFAULTS.overlap}.`,
  );

const dueWithin = durationSchema(MIN_DUE_MS, MAX_DUE_MS, DUE_RULE).describe(
  'How long after the time of the schedule the table must have landed, such as 2h; when it has not, an email says so, whatever the reason. Needs a schedule of the source. Default: nobody waits for it.',
);

const temporal = z
  .enum(['micros', 'nanos', 'text', 'utc'] satisfies Temporal[])
  .describe(
    'For mssql: how times land. micros: timestamps of microseconds, with the values that lose their 7th digit counted in the manifest, and datetimeoffset as text with its offset; nanos: time(7) and datetime2(7) in nanoseconds instead (years 1677 to 2262); text: everything with a time of day as ISO 8601, with every digit; utc: as micros, and datetimeoffset as a timestamp in UTC. ' +
      `Default: ${DEFAULTS.temporal}.`,
  );

const tags = z
  .array(oneLine(TAGS_RULE), TAGS_RULE)
  .describe("Words of your own to choose tables by. A table's tags replace those of the defaults.");

/** What `defaults` of a source may set for its tables. */
export const tableDefaultsSchema = z.strictObject(
  {
    ...changeShape,
    format: format.optional(),
    compression: compression.optional(),
    object: object.optional(),
    on_empty: onEmpty.optional(),
    file_max_bytes: fileMaxBytes.optional(),
    file_max_rows: fileMaxRows.optional(),
    chunk_count: chunkCount.optional(),
    chunk_size: chunkSize.optional(),
    overlap: overlap.optional(),
    due_within: dueWithin.optional(),
    temporal: temporal.optional(),
    tags: tags.optional(),
  },
  'a mapping of settings for tables',
);

export const tableSchema = z
  .strictObject(
    {
      sql: z
        .string('a query, such as select id, name from public.employee')
        .optional()
        .describe(
          'A query of your own instead of a whole table. Semicolons at its end are dropped. Not together with select or where.',
        ),
      select: z
        .array(oneLine(COLUMNS_RULE), COLUMNS_RULE)
        .min(1, COLUMNS_RULE)
        .optional()
        .describe(
          'Columns to land, in this order; or, each with a leading "-", the columns to leave out. Default: all.',
        ),
      where: z
        .string('a condition in SQL, such as created_at >= current_date')
        .regex(/\S/, 'a condition in SQL, such as created_at >= current_date')
        .optional()
        .describe('A condition in SQL that rows must fulfil, without the word where. Not together with sql.'),
      primary_key: z
        .union([oneLine(KEY_RULE), z.array(oneLine(KEY_RULE), KEY_RULE).min(1, KEY_RULE)], KEY_RULE)
        .optional()
        .describe(
          'Columns that name a row, in which order it is read: unique together and never null. Default: the primary key that the catalog knows. With sql, needed to land it in several parts; the query must then be a single SELECT that can stand in parentheses.',
        ),
      update_key: updateKeySchema.optional(),
      ...tableDefaultsSchema.shape,
      disabled: z
        .boolean('true or false')
        .optional()
        .describe('true keeps the table in the file without landing it. Default: false.'),
    },
    'a mapping of settings, such as {}, or nothing',
  )
  .meta({
    title: 'Table',
    description:
      'A table of the database, or a query (sql) under a name. Empty means: the whole table with the defaults.',
  });

export type TableInput = z.output<typeof tableSchema>;
