import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { querySql } from '../sources/login.ts';
import type { ProgramSubject } from './subject.ts';

/** It cuts values at 64 KiB unless told otherwise. */
const TEXT_BYTES = 64 * 1024 * 1024;

export const freebcp: ProgramSubject = {
  kind: 'program',
  name: 'freebcp',
  title: 'freebcp (C) to plain text in a local file',
  group: 'peer',
  dialects: ['mssql'],
  output: { format: 'csv', binary: 'hex', compression: 'none', header: false, delimiter: '\t', quote: '' },
  program: 'freebcp',
  install: 'apt-get install freetds-bin',
  rowsSaid: /^(\d+) rows copied/m,
  command({ source, table, rows }, folder) {
    const { host, port, user, password } = source;
    const outputPath = join(folder, 'rows.txt');
    const settings = join(folder, 'freetds.conf');
    writeFileSync(settings, settingsOf(host, port));
    const query = querySql(source, table, rows);
    return {
      words: [
        query,
        'queryout',
        outputPath,
        '-c',
        '-S',
        'bench',
        '-U',
        user,
        '-P',
        password,
        '-A',
        '16384',
        '-T',
        String(TEXT_BYTES),
      ],
      environment: { FREETDSCONF: settings },
      outputPath,
    };
  },
};

/** @see https://www.freetds.org/userguide/freetdsconf.html */
function settingsOf(host: string, port: number): string {
  const lines = [`host = ${host}`, `port = ${port}`, 'tds version = 7.4', 'encryption = off', 'client charset = UTF-8'];
  return `[bench]\n${[...lines, `text size = ${TEXT_BYTES}`].map((line) => `\t${line}\n`).join('')}`;
}
