import { SOURCE_TYPE_KEY } from '../../columns/record-batches.ts';
import type { TableDescription, TableQuery } from '../../source.ts';
import { orderedIndexes, tableSize } from '../catalog.ts';
import type { MssqlLimits } from '../options.ts';
import { qualifiedName } from '../query-text.ts';
import { planRead, type ReadPlan } from '../read-plan.ts';
import { describeSchema } from '../read-schema.ts';
import type { ReadSession } from '../read-session.ts';
import { landedKey } from '../start-read.ts';
import { lossOf } from './losses.ts';
import { isServedByIndex } from './read-order.ts';

type Schema = TableDescription['schema'];

/**
 * Says how a table would be read. The server checks the permission and every name when it is asked for the columns, as it
 * compiles the same SELECT for that.
 */
export async function describeTable(
  session: ReadSession,
  query: TableQuery,
  limits: MssqlLimits,
): Promise<TableDescription> {
  const plan = await planRead(session, query);
  const isTable = query.sql === undefined;
  const size = isTable ? await session.run(() => tableSize(session.catalog, qualifiedName(query))) : undefined;
  const indexes =
    isTable && plan.key.length > 0
      ? await session.run(() => orderedIndexes(session.catalog, qualifiedName(query)))
      : [];
  // Last, as it may leave no session behind.
  const schema = await describeSchema(session, plan, limits);
  const key = plan.key.map(({ name }) => name);
  const wanted = { key, columns: schema.fields.map(({ name }) => name), isFiltered: query.where !== undefined };
  return {
    schema,
    losses: lossesOf(schema, query),
    primaryKey: landedKey(plan, { schema }),
    key,
    keyFrom: keyFrom(plan),
    order: key.length === 0 ? 'none' : isServedByIndex(indexes, wanted) ? 'index' : 'sort',
    rows: size?.rows,
    bytes: size?.bytes,
  };
}

function keyFrom({ key, query }: ReadPlan): TableDescription['keyFrom'] {
  if (key.length === 0) return 'none';
  return query.key === undefined ? 'catalog' : 'configuration';
}

function lossesOf({ fields }: Schema, { temporal }: TableQuery): ReadonlyMap<string, string> {
  const entries = fields.map(
    ({ name, metadata }) => [name, lossOf(metadata.get(SOURCE_TYPE_KEY) ?? '', temporal)] as const,
  );
  return new Map(entries.flatMap(([name, loss]) => (loss === undefined ? [] : [[name, loss] as const])));
}
