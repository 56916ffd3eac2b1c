import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { pathShown } from '../local/fleet/path-shown.ts';
import { configExists, createConfigFile } from './config-file.ts';
import { type Console, styled } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type InitAnswers, type InitOptions, initAnswers } from './init-answers.ts';
import { configText, nextCommands, secretExample, secretSteps } from './init-text.ts';

interface InitCommandOptions extends InitOptions {
  readonly config: string;
  readonly json: boolean;
}

/** Where the next commands let tables land. */
const LOCAL_FOLDER = './landed';

const EXAMPLES = `
At a terminal it asks for everything that no option gives. Without one, the
options --dialect, --secret and --bucket must be there. A file that is there
already is never overwritten, and no password is ever asked for.

Examples:
  $ landfall init
  $ landfall init --dialect mssql --source erp --secret env:ERP_DB \\
      --host sql.example.com --database erp --bucket acme-data-lake
  $ landfall init --dialect postgres --secret file:./secret.json \\
      --ssl disable --bucket lake --config ./landfall.yaml --json

Exit codes: 0 written, 2 wrong usage, nothing answered, or a file that is
there already.`;

/** The first command of a newcomer: a configuration without tables. */
export function addInit(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  program
    .command('init')
    .description('write a new configuration, by questions or by options')
    .option('--config <file>', 'the file to write', 'config/landfall.yaml')
    .option('--dialect <dialect>', 'postgres or mssql')
    .option('--source <name>', 'a name of your own for the database')
    .option('--secret <reference>', 'where the login is: env:NAME, file:PATH or arn:…')
    .option('--host <host>', 'default: that of the secret')
    .option('--port <port>', "default: that of the secret, or the dialect's own")
    .option('--database <name>', 'default: that of the secret')
    .option('--ssl <mode>', 'verify-full (default), require or disable')
    .option('--ca <file>', 'PEM file of the authorities to accept')
    .option('--bucket <name>', 'the S3 bucket')
    .option('--prefix <folder>', 'the folder in the bucket')
    .option('--schedule <expression>', 'cron(…), rate(…) or at(…) of EventBridge Scheduler')
    .option('--alerts <address>', 'who gets emails: an address, or the ARN of an SNS topic')
    .option('--json', 'print one JSON document on standard output and nothing else', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: InitCommandOptions) => exit(await init(options, console)));
}

async function init(options: InitCommandOptions, console: Console): Promise<ExitCode> {
  const { config: path } = options;
  // Before the questions, which would be answered in vain.
  if (existsSync(path)) throw configExists(path);
  const answers = await initAnswers(options, console);
  await createConfigFile(path, configText(answers, path));
  if (options.json) console.out.write(`${JSON.stringify(documentOf(answers, path), null, 2)}\n`);
  else printNext(answers, path, console);
  return EXIT.ok;
}

function printNext(answers: InitAnswers, path: string, { out }: Console): void {
  const { secret, source } = answers;
  out.write(`\n${styled('green', 'Wrote', out)} ${pathShown(path)} with the source ${source}.\n`);
  const place = secret.startsWith('arn:') ? 'The secret' : secret;
  out.write(`\n${place} must hold this JSON, with your words for those in capitals:\n`);
  for (const line of secretSteps(answers)) out.write(`  ${line}\n`);
  if (secret.startsWith('arn:')) out.write('A secret that RDS made has the same form and fits as it is.\n');
  out.write('\nThen:\n');
  for (const { command, about } of nextCommands(path, LOCAL_FOLDER)) {
    out.write(`${styled('dim', `  # ${about}`, out)}\n  ${command}\n`);
  }
}

function documentOf(answers: InitAnswers, path: string) {
  return {
    config: path,
    source: answers.source,
    dialect: answers.dialect,
    secret: answers.secret,
    secret_holds: JSON.parse(secretExample(answers)) as object,
    next: nextCommands(path, LOCAL_FOLDER).map(({ command }) => command),
  };
}
