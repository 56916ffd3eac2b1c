import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { pathShown } from '../local/fleet/path-shown.ts';
import { commandLine } from '../shared/alert/email-text.ts';

import type { InitAnswers } from './init-answers.ts';

/** Beside the configuration, for editors. */
const SCHEMA_FILE = 'landfall.schema.json';

/** The text of a new configuration, which has no tables yet. */
export function configText(answers: InitAnswers, path: string): string {
  const hasSchema = existsSync(join(dirname(path), SCHEMA_FILE));
  return [
    ...(hasSchema ? [`# yaml-language-server: $schema=./${SCHEMA_FILE}`, '#'] : []),
    '# What Landfall lands, and where.',
    '',
    'version: 1',
    '',
    'target:',
    `  bucket: ${scalar(answers.bucket)}`,
    ...line('  prefix', answers.prefix),
    '',
    ...alertLines(answers.alerts),
    'sources:',
    `  ${answers.source}:`,
    ...sourceLines(answers).map((text) => (text === '' ? '' : `    ${text}`)),
    '',
  ].join('\n');
}

/** @param alerts an email address, or the ARN of a topic */
function alertLines(alerts: string | undefined): string[] {
  if (alerts === undefined) {
    return ['# Who hears of failures.', '# alerts:', '#   emails: [data-oncall@example.com]', ''];
  }
  const to = alerts.startsWith('arn:') ? `  topic: ${scalar(alerts)}` : `  emails: [${scalar(alerts)}]`;
  return ['alerts:', to, '  on: failure # always: a summary of every run too', ''];
}

function sourceLines(answers: InitAnswers): string[] {
  const { dialect, secret, host, port, database, ssl, ca, schedule } = answers;
  const isAsDefault = ssl === 'verify-full' && ca === undefined;
  return [
    `dialect: ${dialect}`,
    '# Never a password in this file: this says where it is.',
    `secret: ${scalar(secret)}`,
    ...line('host', host),
    ...line('port', port),
    ...line('database', database),
    ...(isAsDefault ? [] : ['ssl:', `  mode: ${ssl}`, ...line('  ca', ca)]),
    ...(schedule === undefined
      ? ['# schedule: cron(0 3 * * ? *) # every night at three; left out: only when asked']
      : [`schedule: ${scalar(schedule)}`]),
    '# max_concurrency: 4 # at most so many tables are read at the same time',
    '',
    '# For every table that does not say otherwise.',
    '# defaults:',
    '#   format: parquet # csv, jsonl, json',
    '',
    '# Filled in by `landfall discover --write`; a table that needs no settings of its own is one line:',
    dialect === 'mssql' ? '# dbo.Orders: {}' : '# public.orders: {}',
    'tables: {}',
  ];
}

function line(key: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${scalar(value)}`];
}

/** Quoted where YAML needs it. */
function scalar(value: string | number): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  return text.includes('\n') ? JSON.stringify(value) : text;
}

/** What the secret must hold: what the configuration leaves to it, and always the login. */
export function secretExample({ dialect, host, port, database }: InitAnswers): string {
  return JSON.stringify({
    username: 'USER',
    password: 'PASSWORD',
    ...(host === undefined && { host: 'HOST' }),
    ...(host === undefined && port === undefined && { port: dialect === 'mssql' ? 1433 : 5432 }),
    ...(database === undefined && { dbname: 'DATABASE' }),
  });
}

/** How to put the secret where the configuration looks for it, with words in capitals to replace. */
export function secretSteps(answers: InitAnswers): string[] {
  const { secret } = answers;
  const json = secretExample(answers);
  if (secret.startsWith('env:')) return [`export ${secret.slice('env:'.length)}='${json}'`];
  if (secret.startsWith('file:')) {
    const file = commandLine([secret.slice('file:'.length)]);
    return [`(umask 077; cat > ${file}) <<'END'`, json, 'END'];
  }
  return [json];
}

/** The commands that follow, in their order. */
export function nextCommands(path: string, local: string): { readonly command: string; readonly about: string }[] {
  const file = pathShown(path);
  const config = file === 'config/landfall.yaml' ? [] : ['--config', file];
  const shown = (...words: string[]) => commandLine(['npx', 'landfall', ...words, ...config]);
  return [
    { command: shown('discover'), about: 'what the database has' },
    { command: shown('discover', '--write', '--all'), about: 'add its tables' },
    { command: shown('check', '--connect', '--local', local), about: 'how each would land' },
    { command: shown('plan', '--local', local), about: 'how long, and for how much' },
    { command: shown('local', 'run', '--out', local), about: 'land them on this machine' },
  ];
}
