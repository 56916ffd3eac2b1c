import { serverErrors } from '../server-errors.ts';

/** As the server's own statistics have it: an estimate, near the truth. */
export interface TableSize {
  readonly rows: number;
  /** Of the table itself, with its large values and without its other indexes; undefined when the user may not see it. */
  readonly bytes: number | undefined;
}

/** Sums of bigint, exact as text. */
export interface SizeRow {
  /** Null for what has no rows of its own, such as a view. */
  readonly rowCount: string | null;
  readonly pageCount: string | null;
}

const PAGE_BYTES = 8_192;

export function sizeOf({ rowCount, pageCount }: SizeRow): TableSize | undefined {
  if (rowCount === null) return undefined;
  return { rows: Number(rowCount), bytes: pageCount === null ? undefined : Number(pageCount) * PAGE_BYTES };
}

/** A permission or a view is missing. sys.dm_db_partition_stats wants VIEW DATABASE (PERFORMANCE) STATE. */
const NOT_FOR_US = new Set([208, 229, 230, 262, 297, 300, 371]);

/** What `ask` gives; undefined when the user may not ask for it. */
export async function unlessNotForUs<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (serverErrors(thrown).some((error) => NOT_FOR_US.has(error.number))) return undefined;
    throw thrown;
  }
}
