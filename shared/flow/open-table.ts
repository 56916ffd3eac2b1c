import type { SourceConfig, TableConfig } from '../config/config.ts';
import { LandfallError } from '../core/errors.ts';
import type { Source, TableQuery, TableStream } from '../source/source.ts';
import type { ExtractServices, Log } from './services.ts';

export interface OpenTable {
  readonly source: Source;
  readonly stream: TableStream;
}

/**
 * Opens a table, with one freshly read secret after a refused login: it may have been rotated since it was cached.
 * A second refusal is final, so a wrong password cannot lock the account.
 */
export async function openTable(
  source: SourceConfig,
  table: TableConfig,
  services: ExtractServices,
  signal: AbortSignal,
  log: Log,
): Promise<OpenTable> {
  try {
    return await openOnce(source, table, services, signal, false);
  } catch (thrown) {
    if (!(thrown instanceof LandfallError && thrown.code === 'LOGIN_REFUSED')) throw thrown;
    log.warn('Login refused; reading the secret anew', { error_code: thrown.code });
    return await openOnce(source, table, services, signal, true);
  }
}

async function openOnce(
  config: SourceConfig,
  table: TableConfig,
  services: ExtractServices,
  signal: AbortSignal,
  fresh: boolean,
): Promise<OpenTable> {
  const source = await services.openSource(config, table.name, { fresh });
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
  };
}
