import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { processEnvironment } from '../../shared/lambda/settings.ts';
import { BUILD_FOLDER } from './bundle/artifact.ts';
import { bundleFunctions } from './bundle/bundle-functions.ts';
import { loadDeployable } from './check-deployable.ts';
import { type DeployCommand, deployCommand } from './command.ts';
import { requireRegion, stackOptions } from './region.ts';
import { runCommand } from './report-error.ts';
import { deployedStack, stackResources } from './stack.ts';
import { stackContext } from './stack-context.ts';
import { whatRemains } from './what-remains.ts';

// npm run package, deploy and remove: the functions' zips first, then osls, which reads serverless.ts.

await runCommand(async () => {
  const command = deployCommand(process.argv.slice(2));
  const config = await loadDeployable(command.configPath);
  // Refuses here what would otherwise end as a stack trace of osls, after the bundles.
  deployedStack(stackOptions(command.oslsArguments).stage, config);
  if (command.name !== 'package') requireRegion(command.oslsArguments, config, processEnvironment());
  if (command.name !== 'remove') await bundle(config, command);
  const exitCode = await osls(command);
  if (exitCode === 0 && command.name === 'remove') tellWhatRemains(config, command);
  return exitCode;
});

async function bundle(config: LandfallConfig, { configPath }: DeployCommand): Promise<void> {
  const startedAt = performance.now();
  const zips = await bundleFunctions(config, { configPath, outFolder: BUILD_FOLDER });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`Bundled ${zips.length} functions into ${BUILD_FOLDER}/ in ${seconds} s\n`);
}

/** The exit code of osls, whose output and input are ours. */
async function osls({ name, configPath, oslsArguments }: DeployCommand): Promise<number> {
  const packageFile = createRequire(import.meta.url).resolve('osls/package.json');
  const script = join(dirname(packageFile), 'bin', 'serverless.js');
  const child = spawn(process.execPath, [script, name, ...oslsArguments], {
    stdio: 'inherit',
    env: { ...processEnvironment(), LANDFALL_CONFIG_FILE: resolve(configPath) },
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode ?? 1;
}

function tellWhatRemains(config: LandfallConfig, command: DeployCommand): void {
  const remaining = whatRemains(stackResources(stackContext(stackOptions(command.oslsArguments).stage, config)));
  if (remaining.length === 0) return;
  process.stdout.write(
    `These were kept, as what has landed is worth more than the stack. Delete them by hand if you mean to:\n` +
      remaining.map((each) => `  ${each}\n`).join(''),
  );
}
