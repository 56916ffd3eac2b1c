import { tuneHeap } from '../shared/lambda/heap.ts';
import { mssqlDialect } from '../shared/source/mssql/dialect.ts';
import { createExtractor } from './extractor.ts';

tuneHeap();

/** The extractor of a SQL Server source. */
export const handler = createExtractor({ mssql: mssqlDialect });
