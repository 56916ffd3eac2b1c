import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';
import type { ConfigPath } from './path.ts';
import type { Locate } from './problems.ts';

type Found = { readonly key: unknown; readonly value: unknown };

/** Finds lines and columns in a parsed document. Of a key that is there twice the last one counts, as for its value. */
export function yamlLocator(document: Document.Parsed, lineCounter: LineCounter, file: string): Locate {
  const indexes = new WeakMap<object, Map<string, Pair>>();

  const pairOf = (map: { items: Pair[] }, step: string): Pair | undefined => {
    let index = indexes.get(map);
    if (index === undefined) {
      index = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]));
      indexes.set(map, index);
    }
    return index.get(step);
  };

  const stepInto = (parent: unknown, step: string | number): Found | undefined => {
    const node = isAlias(parent) ? parent.resolve(document) : parent;
    if (isMap(node)) return pairOf(node, String(step));
    if (!isSeq(node) || typeof step !== 'number' || node.items[step] === undefined) return undefined;
    return { key: node.items[step], value: node.items[step] };
  };

  const find = (path: ConfigPath): { found: Found; whole: boolean } => {
    let found: Found = { key: document.contents, value: document.contents };
    for (const step of path) {
      const next = stepInto(found.value, step);
      if (next === undefined) return { found, whole: false };
      found = next;
    }
    return { found, whole: true };
  };

  return (path, at) => {
    const { found, whole } = find(path);
    const onValue = at === 'value' && whole && hasText(found.value);
    const { line, col } = lineCounter.linePos(startOf(onValue ? found.value : found.key));
    return { file, line, column: col, path };
  };
}

/** A mapping or a list begins on the line after its key, and nothing is nowhere: the key shows both better. */
function hasText(node: unknown): boolean {
  return isScalar(node) && node.source !== '' && node.range !== undefined;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
