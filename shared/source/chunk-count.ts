import { MAX_CHUNKS } from '../config/limits.ts';
import type { ChunkRequest } from './source.ts';

/** Into how many ranges a key is cut, at least one. `rows` are those of the whole table. */
export function chunkCount(request: ChunkRequest, rows: number): number {
  const wanted = 'count' in request ? request.count : Math.ceil(rows / request.rows);
  return Math.max(1, Math.min(MAX_CHUNKS, wanted));
}
