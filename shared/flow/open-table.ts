import type { SourceConfig, TableConfig } from '../config/config.ts';
import { LandfallError } from '../core/errors.ts';
import type { Source, TableQuery, TableStream } from '../source/source.ts';
import type { ExtractServices, Log } from './services.ts';

export interface OpenTable {
  readonly source: Source;
  readonly stream: TableStream;
}

/**
 * Opens a table. After a refused login the secret is read anew, as it may have been rotated since it was cached; when
 * it has changed there is one more try. A wrong password cannot lock the account.
 */
export async function openTable(
  source: SourceConfig,
  table: TableConfig,
  services: ExtractServices,
  signal: AbortSignal,
  log: Log,
): Promise<OpenTable> {
  const cached = await services.openSource(source, table.name, { fresh: false });
  try {
    return await openWith(cached, table, signal);
  } catch (thrown) {
    if (!(thrown instanceof LandfallError && thrown.code === 'LOGIN_REFUSED')) throw thrown;
    log.warn('Login refused; reading the secret anew', { error_code: thrown.code });
    const rotated = await services.openSource(source, table.name, { fresh: true, refused: cached });
    if (rotated === undefined) throw thrown;
    return await openWith(rotated, table, signal);
  }
}

async function openWith(source: Source, table: TableConfig, signal: AbortSignal): Promise<OpenTable> {
  try {
    return { source, stream: await source.open(queryOf(table), signal) };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

function queryOf(table: TableConfig): TableQuery {
  return {
    name: table.name,
    schema: table.schema,
    table: table.table,
    sql: table.sql,
    select: table.select,
    where: table.where,
    temporal: table.temporal,
  };
}
