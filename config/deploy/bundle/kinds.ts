import type { Dialect, LandfallConfig } from '../../../shared/config/config.ts';
import { SHARED_FUNCTIONS, type SharedFunction, stackContext } from '../stack-context.ts';

/** What functions are built from: extractors of one dialect share their code. */
export type BundleKind = SharedFunction | `extractor-${Dialect}`;

export const BUNDLE_KINDS: readonly BundleKind[] = [...SHARED_FUNCTIONS, 'extractor-postgres', 'extractor-mssql'];

/** The module that exports the handler, from the project's root. */
export function entryOf(kind: BundleKind): string {
  return `handlers/${kind}.ts`;
}

/** A function of the stack and the bundle that it runs. */
export interface FunctionBundle {
  readonly functionKey: string;
  readonly kind: BundleKind;
}

/** Every function that a configuration makes. Keys are the same in all stages. */
export function functionBundles(config: LandfallConfig): FunctionBundle[] {
  const context = stackContext('any', config);
  return [
    ...SHARED_FUNCTIONS.map((kind) => ({ kind, functionKey: context.shared(kind).functionKey })),
    ...context.sources.map(({ name, dialect }) => ({
      kind: `extractor-${dialect}` as const,
      functionKey: context.namesOf(name).functionKey,
    })),
  ];
}
