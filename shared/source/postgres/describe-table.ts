import type { TableDescription, TableQuery } from '../source.ts';
import { type RelationSize, relationSize } from './catalog/relation-sizes.ts';
import { copyPlan } from './copy-plan.ts';
import { explain, isOrderedByIndex } from './index-order.ts';
import { lossesOf } from './losses.ts';
import type { PostgresLimits } from './options.ts';
import { qualifiedName } from './query-text.ts';
import { planRead, type ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';
import { expectReadableColumns } from './readable-columns.ts';

/**
 * How the table would be read, in the session's snapshot. The reading is planned as for rows, and its statement is
 * explained: the server then looks at every right and every expression, and starts nothing.
 * @throws SourceError when the database refuses the query, or it cannot be read as asked.
 */
export async function describeTable(
  session: ReadSession,
  query: TableQuery,
  limits: PostgresLimits,
): Promise<TableDescription> {
  await expectReadableColumns(session, query);
  const plan = await planRead(session, query);
  const { rowsSql, schema, primaryKey, key } = copyPlan(plan, {}, limits);
  const isOrdered = isOrderedByIndex(await explain(session, rowsSql));
  const losses = await lossesOf(session, plan.columns);
  const { rows, bytes } = await sizeOf(session, query);
  return {
    schema,
    losses,
    primaryKey,
    key,
    keyFrom: keyFrom(query, plan),
    order: orderOf(plan, isOrdered),
    rows,
    bytes,
  };
}

function keyFrom({ key: asked }: TableQuery, { key }: ReadPlan): TableDescription['keyFrom'] {
  if (key.length === 0) return 'none';
  return asked === undefined ? 'catalog' : 'configuration';
}

/** An index of the key is read by as soon as sorting would take long; other indexes are where the planner takes them. */
function orderOf({ key, keyHasIndex }: ReadPlan, isOrdered: boolean): TableDescription['order'] {
  if (key.length === 0) return 'none';
  return keyHasIndex || isOrdered ? 'index' : 'sort';
}

async function sizeOf(session: ReadSession, query: TableQuery): Promise<RelationSize> {
  if (query.sql !== undefined) return { rows: undefined, bytes: undefined };
  return await session.run(() => relationSize(session.catalog, qualifiedName(query)));
}
