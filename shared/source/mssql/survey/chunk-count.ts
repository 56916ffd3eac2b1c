import type { ChunkRequest } from '../../source.ts';

/** More would be more messages and parts than any reader of the landed files is glad of. */
const MAX_CHUNKS = 1_000;

/** Into how many ranges a key is cut, at least one. `rows` are those of the whole table. */
export function chunkCount(request: ChunkRequest, rows: number): number {
  const wanted = 'count' in request ? request.count : Math.ceil(rows / request.rows);
  return Math.max(1, Math.min(MAX_CHUNKS, wanted));
}
