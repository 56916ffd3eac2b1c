import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, normalize, relative } from 'node:path';
import type { LandfallConfig, SourceConfig } from '../../shared/config/config.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import { isOriginalFile } from '../../shared/config/original-file.ts';
import { InvalidConfigError } from '../../shared/config/problems.ts';
import { readYaml } from '../../shared/config/yaml-text.ts';
import { ConfigError } from '../../shared/core/errors.ts';

/**
 * Loads a configuration that is to be deployed, which may ask for less than one that runs on this machine.
 * @throws ConfigError TABLES_ONLY for an original's file, which says of tables alone; NOT_DEPLOYABLE with everything that would
 *   fail in Lambda, one line each; and as `loadConfig` does
 */
export async function loadDeployable(path: string): Promise<LandfallConfig> {
  const config = await loadConfig(path).catch(async (error: unknown) => {
    throw (await isTablesOnly(path, error)) ? tablesOnly(path, error) : error;
  });
  const problems = await deploymentProblems(config);
  if (problems.length === 0) return config;
  throw new ConfigError('NOT_DEPLOYABLE', problems.map((problem) => `${path}: ${problem}`).join('\n'), {
    remedy: 'Nothing was deployed. Correct the file and run again.',
  });
}

/** What works on this machine and not in Lambda. */
export async function deploymentProblems({ sources }: LandfallConfig): Promise<string[]> {
  const found = await Promise.all(
    [...sources.values()].map(async (source) => [secretProblem(source), await certificateProblem(source)]),
  );
  return found.flat().filter((problem) => problem !== undefined);
}

function secretProblem({ name, secret }: SourceConfig): string | undefined {
  if (secret.startsWith('arn:')) return undefined;
  return (
    `sources.${name}.secret: found ${secret}, which only this machine knows; allowed in a deployment: the ARN of a secret ` +
    'in Secrets Manager'
  );
}

async function certificateProblem({ name, ssl }: SourceConfig): Promise<string | undefined> {
  if (ssl.mode === 'disable' || ssl.ca === undefined) return undefined;
  const found = `sources.${name}.ssl.ca: found ${ssl.ca}`;
  if (isAbsolute(ssl.ca) || normalize(ssl.ca).startsWith('..')) {
    return `${found}; allowed in a deployment: a relative path to a file in this folder, where the function finds it too`;
  }
  const pem = await readInFolder(ssl.ca);
  if (pem === undefined) return `${found}, which cannot be read; allowed: the path of a PEM file, from this folder`;
  return pem.includes('-----BEGIN CERTIFICATE-----') ? undefined : `${found}, which holds no certificate`;
}

async function readInFolder(path: string): Promise<string | undefined> {
  try {
    const [folder, file] = await Promise.all([realpath('.'), realpath(path)]);
    return relative(folder, file).startsWith('..') ? undefined : await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function isTablesOnly(path: string, error: unknown): Promise<boolean> {
  if (!(error instanceof InvalidConfigError) || error.code !== 'CONFIG_INVALID') return false;
  return isOriginalFile(readYaml(await readFile(path, 'utf8'), path).value);
}

function tablesOnly(path: string, cause: unknown): ConfigError {
  return new ConfigError('TABLES_ONLY', `${path} holds tables only; a deployment needs a bucket and a source too.`, {
    cause,
    remedy:
      'Make a configuration with `npx landfall init`, and put the list that is behind "Tables" under `tables` of its source.',
  });
}
