import type { TableManifest, WindowRecord } from '../../../shared/core/records.ts';
import type { UpdateKeyWindow } from '../../../shared/source/source.ts';
import { UPDATE_KEY } from '../database/update-key.ts';
import type { World } from '../world/world.ts';

/** Between which states of its table a run has read its window. */
export interface WindowSpan {
  /** The state at which its bound was taken; an older one when the same bound was taken before that. */
  readonly boundAt: number;
  /** The newest state that any of its reads saw. */
  readonly readUntil: number;
}

/** What the reads of a run must have asked for. */
export function windowOfRecord(record: WindowRecord | undefined): UpdateKeyWindow | undefined {
  if (record === undefined) return undefined;
  const { read_after: after, up_to: upTo, kind, nulls } = record;
  return { by: 'update-key', column: UPDATE_KEY, after, upTo, nulls: kind === 'full' && nulls === 'include-once' };
}

export function isSameWindow(a: UpdateKeyWindow | undefined, b: UpdateKeyWindow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.after === b.after && a.upTo === b.upTo && a.nulls === b.nulls;
}

/** Undefined when no bound was ever taken, before the reads, as the window says. */
export function spanOf({ database }: World, { table, window }: TableManifest): WindowSpan | undefined {
  const asked = windowOfRecord(window);
  const reads = database.reads.filter((read) => read.table === table && isSameWindow(read.window, asked));
  const firstRead = Math.min(...reads.map(({ version }) => version));
  const bounds = database.bounds.filter(
    ({ table: of, version, bound }) =>
      of === table && version <= firstRead && bound.upTo === asked?.upTo && bound.after === asked.after,
  );
  const boundAt = bounds.at(-1)?.version;
  return boundAt === undefined
    ? undefined
    : { boundAt, readUntil: Math.max(...reads.map(({ newestVersion }) => newestVersion)) };
}
