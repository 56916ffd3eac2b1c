import type { LandedColumn } from '../core/records.ts';
import { assertSchemaContract } from '../core/schema-contract.ts';
import type { Extraction } from './extraction.ts';
import type { ExtractServices } from './services.ts';

/**
 * To be called before the first row of a table is landed in a run.
 * @throws ConsistencyError when the table's contract does not allow its columns after those of earlier runs.
 */
export async function assertContract(
  { message, table }: Extraction,
  columns: readonly LandedColumn[],
  { ledger }: Pick<ExtractServices, 'ledger'>,
): Promise<void> {
  const standing = await ledger.readSchema(message.source, message.table);
  assertSchemaContract(table.name, table.schemaContract, standing, columns);
}
