import { type BenchTable, prose } from './table.ts';

/** Five texts of 20 to 120 words: about 1,500 bytes a row as UTF-8, half of them declared nvarchar. */
export const texts: BenchTable = {
  name: 'texts',
  title: '5 texts of 150 to 700 characters',
  columns: [
    { name: 'id', kind: 'integer', mssql: { kind: 'int', nullable: false }, postgres: 'integer NOT NULL' },
    { name: 'subject', kind: 'text', mssql: { kind: 'nvarchar', length: 400 }, postgres: 'text' },
    { name: 'body', kind: 'text', mssql: { kind: 'nvarchar', length: 4_000 }, postgres: 'text' },
    { name: 'answer', kind: 'text', mssql: { kind: 'nvarchar', length: 'max' }, postgres: 'text' },
    { name: 'path', kind: 'text', mssql: { kind: 'varchar', length: 400 }, postgres: 'text' },
    { name: 'log', kind: 'text', mssql: { kind: 'varchar', length: 8_000 }, postgres: 'text' },
  ],
  valuesOf: (id) => [
    String(id),
    prose(id, 20),
    prose(id + 1, 90),
    prose(id + 2, 60),
    `/archive/${id % 97}/${asAscii(prose(id + 3, 18)).replaceAll(' ', '/')}`,
    asAscii(prose(id + 4, 80)),
  ],
  distinctRows: 15_000,
  share: 0.05,
};

const LOB_WORDS = 13_000;
const LOB_BYTES = 96 * 1024;

/** Documents as files are kept in databases: a text and bytes, each larger than 64 KiB. */
export const documents: BenchTable = {
  name: 'documents',
  title: 'a text of 85 KiB and 96 KiB of bytes in each row',
  columns: [
    { name: 'id', kind: 'integer', mssql: { kind: 'int', nullable: false }, postgres: 'integer NOT NULL' },
    { name: 'name', kind: 'text', mssql: { kind: 'varchar', length: 40 }, postgres: 'varchar(40)' },
    { name: 'content', kind: 'text', mssql: { kind: 'nvarchar', length: 'max' }, postgres: 'text' },
    { name: 'attachment', kind: 'binary', mssql: { kind: 'varbinary', length: 'max' }, postgres: 'bytea' },
  ],
  valuesOf: (id) => [
    String(id),
    `document-${id}.bin`,
    prose(id, LOB_WORDS),
    Buffer.from(asAscii(prose(id + 5, LOB_WORDS * 2)))
      .subarray(0, LOB_BYTES)
      .toString('hex')
      .toUpperCase(),
  ],
  distinctRows: 60,
  share: 0.0003,
  unitRows: 1_000,
};

function asAscii(text: string): string {
  return text.replace(/[^ -~]/g, '');
}
