import type { SourceDialects } from './create-source.ts';
import { mssqlDialect } from './mssql/dialect.ts';
import { postgresDialect } from './postgres/dialect.ts';

/** For programs that read whatever a configuration names: the command line and the fleet on one machine. */
export const everyDialect: Required<SourceDialects> = { postgres: postgresDialect, mssql: mssqlDialect };
