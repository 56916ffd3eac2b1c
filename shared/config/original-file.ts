import type { ConfigPath } from './path.ts';
import type { Locate } from './problems.ts';
import type { AlertsInput, TargetInput } from './schema.ts';
import type { SourceInput } from './source-schema.ts';

/**
 * What an original's whole file (`{"Tables": [{"table_name", "sql_query"}]}`) does not say: everything but the tables,
 * with the keys of a configuration.
 */
export interface OriginalFileBase {
  /** Where these settings come from, as a problem with one of them names it, such as `command line`. */
  readonly origin: string;
  readonly target: TargetInput;
  readonly alerts?: AlertsInput;
  readonly source: { readonly name: string } & Omit<SourceInput, 'tables'>;
}

const PLACEHOLDER: OriginalFileBase = {
  origin: '',
  target: { bucket: 'placeholder' },
  source: { name: 'placeholder', dialect: 'postgres', secret: 'env:PLACEHOLDER' },
};

export function isOriginalFile(value: unknown): value is { readonly Tables: unknown } {
  return typeof value === 'object' && value !== null && 'Tables' in value && !('sources' in value);
}

export interface ComposedOriginal {
  readonly value: unknown;
  /** Where the values stand, both those of the file and those from elsewhere. */
  readonly locate: Locate;
  /** Where the file's own values are within `value`. */
  readonly filePath: ConfigPath;
}

/** A configuration made of an original's file and the rest. Without the rest it serves to check the file alone. */
export function composeOriginal(
  tables: object,
  given: OriginalFileBase | undefined,
  locateInFile: Locate,
): ComposedOriginal {
  const base = given ?? PLACEHOLDER;
  const { name, ...source } = base.source;
  const value = {
    version: 1,
    target: base.target,
    ...(base.alerts && { alerts: base.alerts }),
    sources: { [name]: { ...source, tables } },
  };
  const filePath = ['sources', name, 'tables'];
  const locate: Locate = (path, at) => {
    if (startsWith(path, filePath)) return locateInFile(path.slice(filePath.length), at);
    return path.length === 0 ? locateInFile(path, at) : { file: base.origin, line: undefined, column: undefined, path };
  };
  return { value, locate, filePath };
}

function startsWith(path: ConfigPath, start: ConfigPath): boolean {
  return start.every((step, index) => path[index] === step);
}
