import { tuneHeap } from '../shared/lambda/heap.ts';
import { postgresDialect } from '../shared/source/postgres/dialect.ts';
import { createExtractor } from './extractor.ts';

tuneHeap();

/** The extractor of a PostgreSQL source. */
export const handler = createExtractor({ postgres: postgresDialect });
