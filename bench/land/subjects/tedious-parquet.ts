import { zstdCompressSync } from 'node:zlib';
import { type BasicType, ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { querySql } from '../sources/login.ts';
import { type BenchColumn, tableNamed } from '../tables.ts';
import { upload } from './peer-upload.ts';
import type { Job, NodeSubject, Run } from './subject.ts';
import { readRows } from './tedious-rows.ts';

/** The writer's own default for all row groups but the first. */
const GROUP_ROWS = 100_000;
/** A group is also ended by its bytes, or values of megabytes would be held by the thousand. */
const GROUP_BYTES = 64 * 1024 * 1024;

async function load(job: Job): Promise<Run> {
  const { columns } = tableNamed(job.table);
  return async (rowCount, key) => {
    const target = new ByteWriter();
    let writer: ParquetWriter | undefined;
    let group = emptyGroup(columns);
    let groupBytes = 0;
    const writeGroup = () => {
      if (group[0]!.data.length === 0) return;
      const schema = schemaFromColumnData({ columnData: group });
      writer ??= new ParquetWriter({ writer: target, schema, codec: 'ZSTD', compressors: { ZSTD: zstdCompressSync } });
      // A target in memory leaves nothing to wait for.
      void writer.write({ columnData: group, rowGroupSize: GROUP_ROWS });
      group = emptyGroup(columns);
      groupBytes = 0;
    };
    const rows = await readRows(job.source, querySql(job.source, job.table, rowCount), (cells) => {
      for (const [place, { value }] of cells.entries()) {
        (group[place]!.data as unknown[]).push(typeof value === 'string' ? asTyped(columns[place]!, value) : value);
        if (typeof value === 'string' || Buffer.isBuffer(value)) groupBytes += value.length;
      }
      if (group[0]!.data.length === GROUP_ROWS || groupBytes > GROUP_BYTES) writeGroup();
      return true;
    });
    writeGroup();
    await writer?.finish();
    await upload(job, key, new Uint8Array(target.getBuffer()));
    return { rows };
  };
}

function emptyGroup(columns: readonly BenchColumn[]): ColumnSource[] {
  return columns.map((column) => ({ name: column.name, data: [], type: parquetType(column), nullable: true }));
}

/** tedious has a bigint as text and a decimal as a double. */
function asTyped({ kind }: BenchColumn, value: string): string | bigint {
  return kind === 'integer' ? BigInt(value) : value;
}

function parquetType({ kind, mssql }: BenchColumn): BasicType {
  switch (kind) {
    case 'integer':
      return mssql.kind === 'bigint' ? 'INT64' : 'INT32';
    case 'decimal':
    case 'float':
      return 'DOUBLE';
    case 'moment':
      return 'TIMESTAMP';
    case 'binary':
      return 'BYTE_ARRAY';
    default:
      return 'STRING';
  }
}

export const tediousParquet: NodeSubject = {
  kind: 'node',
  name: 'tedious-hyparquet',
  title: 'tedious rows + hyparquet-writer, zstd Parquet to S3',
  group: 'peer',
  dialects: ['mssql'],
  output: { format: 'parquet', binary: 'bytes' },
  load,
};
