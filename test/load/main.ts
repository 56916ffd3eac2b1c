import { printLoad } from './load-report.ts';
import { loadOptions } from './options.ts';
import { ownProcesses } from './own-process.ts';
import { runLoad, runSends } from './run-load.ts';

/**
 * Lands many small tables in one run: `npm run test:load -- --tables 10000 --concurrency 8`. With `--send-only` their
 * messages are sent and nothing more. Ends with 1 when something is not as it must be, or the sending took too long.
 */
const { sendOnly, ...options } = loadOptions(process.argv.slice(2));
const log = (line: string) => process.stderr.write(`${line}\n`);
if (sendOnly) process.stdout.write(`${JSON.stringify(await runSends(options, ownProcesses), null, 2)}\n`);
else process.exitCode = printLoad(options, await runLoad(options, ownProcesses, log), process.stdout) ? 0 : 1;
