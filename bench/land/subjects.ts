import type { Dialect } from './sources/login.ts';
import { floorSubjects } from './subjects/floors.ts';
import { freebcp } from './subjects/freebcp.ts';
import { landfallSubjects } from './subjects/landfall.ts';
import { mssqlCsv } from './subjects/mssql-csv.ts';
import { pgQueryStream } from './subjects/pg-query-stream.ts';
import { psqlCopy } from './subjects/psql-copy.ts';
import type { Subject } from './subjects/subject.ts';
import { tediousJson } from './subjects/tedious-json.ts';
import { tediousParquet } from './subjects/tedious-parquet.ts';

/** Everything that is measured, in the order of the report; the first is what the others are compared with. */
export const SUBJECTS: readonly Subject[] = [
  ...landfallSubjects,
  freebcp,
  psqlCopy,
  tediousJson,
  tediousParquet,
  mssqlCsv,
  pgQueryStream,
  ...floorSubjects,
];

/** What others use and what cannot be measured here, with the reason. */
export const LEFT_OUT: readonly { readonly name: string; readonly dialect: Dialect; readonly reason: string }[] = [
  {
    name: "DuckDB's postgres scanner",
    dialect: 'postgres',
    reason: 'no npm or Debian package has the extension, and `INSTALL postgres` needs the network',
  },
];

export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find((subject) => subject.name === name);
  if (found === undefined) {
    throw new Error(`There is no subject "${name}"; there are ${SUBJECTS.map((subject) => subject.name).join(', ')}.`);
  }
  return found;
}
