import { scaleOptions } from './options.ts';
import { isExact, runScale } from './run-scale.ts';

/**
 * Lands a table of many rows through many continuations, under random kills, and compares it with its source:
 * `npm run test:scale -- --rows 20000000 --chunks 16 --deadline 5 --workers 2 --kill-every 4 --seed 1`.
 * Ends with 1 when a single row differs.
 */
const options = scaleOptions(process.argv.slice(2));
const report = await runScale(options, (line) => process.stderr.write(`${line}\n`));
const { errors, ...facts } = report;
process.stdout.write(`${JSON.stringify({ ...options, ...facts, isExact: isExact(report) }, null, 2)}\n`);
if (errors !== '') process.stderr.write(errors);
process.exitCode = isExact(report) ? 0 : 1;
