import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deployedStack } from '../../config/deploy/stack.ts';
import { parseConfig } from '../../shared/config/parse-config.ts';
import { writePlaceholders } from './placeholder-bundles.ts';
import type { Template } from './stack-template.ts';

/** The template that a deployment would hand to CloudFormation. */
export interface PackagedTemplate {
  readonly path: string;
  readonly template: Template;
}

/** As on a machine without an AWS account: no credentials, no region, no configuration files. */
const NO_AWS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
  // Whatever wants to go out ends at a port that nobody listens on.
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
} as const;

/** Packages each configuration, given as the text of its file, by osls; all of them in one child process. */
export function packagedTemplates<Name extends string>(
  folder: string,
  texts: Readonly<Record<Name, string>>,
  stage = 'prod',
): Readonly<Record<Name, PackagedTemplate>> {
  const names = Object.keys(texts) as Name[];
  const requests = names.map((name) => ({ stage, ...writtenConfig(join(folder, name), texts[name]) }));
  run(['test/support/package-stacks.ts'], process.cwd(), {}, JSON.stringify(requests));
  return Object.fromEntries(names.map((name) => [name, templateIn(join(folder, name))])) as Record<
    Name,
    PackagedTemplate
  >;
}

/** Packages one configuration by the command line of osls and the `serverless.ts` of the project. */
export function packagedByCommand(folder: string, text: string, options: readonly string[]): PackagedTemplate {
  const { configPath } = writtenConfig(folder, text);
  writePlaceholders(folder, deployedStack('any', parseConfig(text, configPath)));
  const stack = resolve('serverless.ts');
  writeFileSync(join(folder, 'serverless.ts'), `export { default } from ${JSON.stringify(stack)};\n`);
  run([resolve('node_modules/osls/bin/serverless.js'), 'package', ...options], folder, {
    LANDFALL_CONFIG_FILE: configPath,
  });
  return templateIn(folder);
}

function writtenConfig(folder: string, text: string) {
  mkdirSync(folder, { recursive: true });
  const configPath = join(folder, 'landfall.yaml');
  writeFileSync(configPath, text);
  return { configPath, folder };
}

function run(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv, input = ''): void {
  const env = { ...process.env, NODE_OPTIONS: '', ...NO_AWS, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`osls did not package the stack:\n${stdout}\n${stderr}`);
}

function templateIn(folder: string): PackagedTemplate {
  const path = join(folder, '.serverless/cloudformation-template-update-stack.json');
  return { path, template: JSON.parse(readFileSync(path, 'utf8')) as Template };
}
