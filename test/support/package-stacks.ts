import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { deployedStack } from '../../config/deploy/stack.ts';
import { parseConfig } from '../../shared/config/parse-config.ts';
import { writePlaceholders } from './placeholder-bundles.ts';

/**
 * A program: packages a stack for each configuration of its input, with osls itself, all of them in one process, as most
 * of the time is that of loading osls. Input: JSON `[{stage, configPath, folder}]`.
 */
interface PackageRequest {
  readonly stage: string;
  readonly configPath: string;
  readonly folder: string;
}

interface Serverless {
  init(): Promise<void>;
  run(): Promise<void>;
}

const Serverless = createRequire(import.meta.url)('osls/lib/serverless.js') as new (options: object) => Serverless;

const requests = JSON.parse(readFileSync(0, 'utf8')) as PackageRequest[];
for (const { stage, configPath, folder } of requests) {
  const configuration = deployedStack(stage, parseConfig(readFileSync(configPath, 'utf8'), configPath));
  mkdirSync(folder, { recursive: true });
  writePlaceholders(folder, configuration);
  writeFileSync(join(folder, 'serverless.ts'), '');
  process.chdir(folder);
  const serverless = new Serverless({
    configuration,
    serviceDir: folder,
    configurationFilename: 'serverless.ts',
    commands: ['package'],
    options: { stage },
  });
  await serverless.init();
  await serverless.run();
}
