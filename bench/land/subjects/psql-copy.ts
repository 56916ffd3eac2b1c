import { join } from 'node:path';
import { querySql } from '../sources/login.ts';
import type { ProgramSubject } from './subject.ts';

export const psqlCopy: ProgramSubject = {
  kind: 'program',
  name: 'psql-copy',
  title: 'psql \\copy (C) to csv in a local file',
  group: 'peer',
  dialects: ['postgres'],
  output: { format: 'csv', binary: 'hex-escaped', compression: 'none', header: false, delimiter: ',', quote: '"' },
  program: 'psql',
  install: 'apt-get install postgresql-client',
  rowsSaid: /^COPY (\d+)$/m,
  command({ source, table, rows }, folder) {
    const { host, port, user, database, password } = source;
    const outputPath = join(folder, 'rows.csv');
    const copy = `\\copy (${querySql(source, table, rows)}) TO '${outputPath}' (FORMAT csv)`;
    return {
      words: ['--no-psqlrc', '-h', host, '-p', String(port), '-U', user, '-d', database, '-c', copy],
      environment: { PGPASSWORD: password, PGCLIENTENCODING: 'UTF8' },
      outputPath,
    };
  },
};
