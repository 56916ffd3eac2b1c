import { readFileSync } from 'node:fs';
import { DEFAULT_CONFIG } from './config/deploy/command.ts';
import { regionOf, stackOptions } from './config/deploy/region.ts';
import { deployedStack } from './config/deploy/stack.ts';
import { parseConfig } from './shared/config/parse-config.ts';
import { processEnvironment } from './shared/lambda/settings.ts';

// osls loads this file as CommonJS and asks for the stack at once, before it has read its own options.
const args = process.argv.slice(2);
const environment = processEnvironment();

const file = environment.LANDFALL_CONFIG_FILE ?? DEFAULT_CONFIG;
const config = parseConfig(readFileSync(file, 'utf8'), file);

export default deployedStack(stackOptions(args).stage, config, regionOf(args, config, environment));
