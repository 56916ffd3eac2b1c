import { createHash } from 'node:crypto';
import type { SourceConfig, TableConfig } from '../config/config.ts';
import { LandfallError } from '../core/errors.ts';
import type { KeyRange } from '../core/key.ts';
import type { ReadWindow, Source, TableQuery } from '../source/source.ts';
import type { ExtractServices, Log } from './services.ts';

export interface OpenTable<Opened> {
  readonly source: Source;
  readonly opened: Opened;
}

/**
 * Connects to a table's source and opens something of it. After a refused login the secret is read anew, as it may have
 * been rotated since it was cached; when it has changed there is one more try. A wrong password cannot lock the account.
 */
export async function openTable<Opened>(
  source: SourceConfig,
  table: Pick<TableConfig, 'name'>,
  services: Pick<ExtractServices, 'openSource'>,
  open: (source: Source) => Promise<Opened>,
  log: Log,
): Promise<OpenTable<Opened>> {
  const cached = await services.openSource(source, table.name, { fresh: false });
  try {
    return await openWith(cached, open);
  } catch (thrown) {
    if (!(thrown instanceof LandfallError && thrown.code === 'LOGIN_REFUSED')) throw thrown;
    log.warn('Login refused; reading the secret anew', { error_code: thrown.code });
    const rotated = await services.openSource(source, table.name, { fresh: true, refused: cached });
    if (rotated === undefined) throw thrown;
    return await openWith(rotated, open);
  }
}

async function openWith<Opened>(source: Source, open: (source: Source) => Promise<Opened>): Promise<OpenTable<Opened>> {
  try {
    return { source, opened: await open(source) };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

/** Fingerprint of what the configuration asks of the database, but for the key and its ranges. */
export function queryHash({ schema, table, sql, select, where, temporal, ...choice }: TableConfig): string {
  const { mode, updateKey } = choice;
  const changes = mode === 'full-refresh' ? [] : [mode, updateKey];
  const canonical = JSON.stringify([schema, table, sql, select, where, temporal, ...changes]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}

/**
 * What is read of a table. `frozenKey` is the key that parts of it have been ordered by already; without one it is the
 * configured key or else the catalog's.
 */
export function queryOf(
  table: TableConfig,
  frozenKey: readonly string[] | undefined,
  range: KeyRange,
  window?: ReadWindow,
): TableQuery {
  const configuredKey = table.primaryKey.length > 0 ? table.primaryKey : undefined;
  return {
    name: table.name,
    schema: table.schema,
    table: table.table,
    sql: table.sql,
    select: table.select,
    where: table.where,
    temporal: table.temporal,
    key: frozenKey ?? configuredKey,
    range,
    window,
  };
}
