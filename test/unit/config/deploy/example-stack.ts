import { stackContext } from '../../../../config/deploy/stack-context.ts';
import type { LandfallConfig } from '../../../../shared/config/config.ts';
import { loadConfig } from '../../../../shared/config/load-config.ts';

export const example = await loadConfig('config/landfall.yaml');

/** The stack of the example configuration, with some of it changed. */
export function exampleContext(changes: Partial<LandfallConfig> = {}) {
  return stackContext('prod', { ...example, ...changes });
}

/** The same source under many names. */
export function manySources(count: number): Partial<LandfallConfig> {
  const [source] = [...example.sources.values()];
  const names = Array.from({ length: count }, (_, index) => `source${index}`);
  return { sources: new Map(names.map((name) => [name, { ...source!, name }])) };
}
