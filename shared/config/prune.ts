import type { ConfigPath } from './path.ts';

export function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | null | undefined)?.[step], value);
}

/** A copy without the values at the paths. In lists `undefined` takes their place, so that the others keep their index. */
export function without(value: unknown, paths: readonly ConfigPath[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  const inner = Map.groupBy(paths, (path) => String(path[0]));
  const pruned = (child: unknown, key: string) =>
    without(
      child,
      (inner.get(key) ?? []).map((path) => path.slice(1)),
    );
  if (Array.isArray(value)) return value.map((child, index) => pruned(child, String(index)));
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, child]) => [key, pruned(child, key)] as const)
      .filter(([, child]) => child !== undefined),
  );
}
