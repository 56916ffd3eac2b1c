import { splitTableName, type TableName } from './table-name.ts';

/**
 * The key under `tables` that names a table of the database: `public.orders`, or with double quotes where a part has dots or
 * quotes itself; undefined for a name that no key can have.
 */
export function tableKey({ schema, table }: TableName): string | undefined {
  const plain = schema === undefined ? table : `${schema}.${table}`;
  const parts = schema === undefined ? [table] : [schema, table];
  const quoted = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  // A dot in a name is easily taken for the one between schema and table.
  const candidates = parts.some((part) => /[."]/.test(part)) ? [quoted] : [plain, quoted];
  return candidates.find((key) => {
    const names = splitTableName(key);
    return names !== undefined && names.schema === schema && names.table === table;
  });
}
