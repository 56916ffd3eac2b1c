import { SourceError } from '../../core/errors.ts';
import type { KeyRange } from '../../core/key.ts';
import { columnReference, filteredTable } from './query-text.ts';
import type { ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';

/**
 * A null key is behind all others in the order and in no range, so that its row would be left out of a read that goes
 * on to the end. The catalog promises that its own keys have none; of others the rows are asked.
 * @throws SourceError when there is one.
 */
export async function expectNoNullBehind(session: ReadSession, plan: ReadPlan, range: KeyRange): Promise<void> {
  if (plan.keyHasIndex || range.from === undefined || range.to !== undefined) return;
  const isNull = plan.key.map((column) => `${columnReference(column.position)} IS NULL`);
  const anyNull = `(${isNull.join(' OR ')})`;
  const condition = plan.condition === '' ? anyNull : `${anyNull} AND ${plan.condition}`;
  const from = filteredTable(plan.base, plan.columnCount, condition);
  const [found] = await session.texts(`SELECT ${isNull.join(', ')} FROM ${from} LIMIT 1`);
  if (found !== undefined) throw nullInKey(plan.key[found.indexOf('t')]!.name);
}

export function nullInKey(column: string): SourceError {
  return new SourceError('KEY_UNUSABLE', `Column "${column}" of the key holds NULL, which has no place in its order.`, {
    retry: 'permanent',
    remedy: 'Leave out `primary_key`, or name columns that are unique together and never null.',
  });
}
