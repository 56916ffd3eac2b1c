import { parseArgs } from 'node:util';
import { loadDeployable } from '../check-deployable.ts';
import { DEFAULT_CONFIG } from '../command.ts';
import { runCommand } from '../report-error.ts';
import { BUILD_FOLDER } from './artifact.ts';
import { bundleFunctions } from './bundle-functions.ts';

// npm run bundle: the zips of the functions alone.

await runCommand(async () => {
  const { config: configPath } = parseArgs({
    options: { config: { type: 'string', default: DEFAULT_CONFIG } },
  }).values;
  const config = await loadDeployable(configPath);
  const zips = await bundleFunctions(config, { configPath, outFolder: BUILD_FOLDER });
  for (const { zipPath, kind, sizeBytes } of zips) {
    process.stdout.write(`${zipPath.padEnd(40)} ${kind.padEnd(18)} ${Math.ceil(sizeBytes / 1024)} KiB\n`);
  }
  return 0;
});
