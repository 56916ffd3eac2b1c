import type { World } from '../world/world.ts';
import { LedgerView } from './ledger-keys.ts';

const REFUSALS = new Set(['SCHEMA_INCOMPATIBLE', 'SCHEMA_FROZEN']);

/** Tables whose columns changed as their contract does not allow: what an operator resets before a replay. */
export function refusedTables({ bucket, scenario }: World): string[] {
  const ledger = new LedgerView(bucket);
  const isRefused = (runId: string, table: string) =>
    REFUSALS.has(ledger.failure(runId, table)?.error_code ?? '') && ledger.manifest(runId, table) === undefined;
  return scenario.tables
    .map(({ name }) => name)
    .filter((name) => ledger.plans().some(({ run_id: runId }) => isRefused(runId, name)));
}
