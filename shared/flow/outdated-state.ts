import type { TableConfig } from '../config/config.ts';
import type { FullReason, TableState } from '../core/records.ts';
import { queryHash } from './open-table.ts';

/** Why a state says nothing of the rows that the configuration asks for now; undefined when it does. */
export function outdatedBecause(
  table: TableConfig,
  state: TableState,
): Extract<FullReason, 'update-key-changed' | 'query-changed'> | undefined {
  const hasSameKey = state.mode === table.mode && state.update_key === (table.updateKey ?? null);
  if (!hasSameKey) return 'update-key-changed';
  return state.query_hash === queryHash(table) ? undefined : 'query-changed';
}
