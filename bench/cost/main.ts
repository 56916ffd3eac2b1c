import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEASURED_RATES } from '../../shared/core/measured-rates.ts';
import { withSections } from '../result/marked-sections.ts';
import type { BenchResults } from '../result/results.ts';
import { costSections } from './cost-sections.ts';
import { drift } from './drift.ts';
import { deviations, ratesOf } from './fit-rates.ts';
import { withRates } from './rates-file.ts';

/**
 * `npm run bench:cost -- --results F`: derives the constants of the cost model from what `npm run bench` measured, says
 * where they differ from shared/core/measured-rates.ts, and writes the tables of docs/costs.md. With `--adopt` the
 * constants are written too. Without results the tables are written from the constants that stand.
 */
const ROOT = join(import.meta.dirname, '../..');
const RATES_PATH = join(ROOT, 'shared/core/measured-rates.ts');
const DOCUMENT_PATH = join(ROOT, 'docs/costs.md');

const { values } = parseArgs({
  options: { results: { type: 'string', multiple: true }, adopt: { type: 'boolean', default: false } },
});

const found = values.results === undefined ? undefined : ratesIn(values.results);
const adopted = values.adopt && found !== undefined;
if (adopted) write(RATES_PATH, (text) => withRates(text, found));
const measured = adopted ? found : MEASURED_RATES;
write(DOCUMENT_PATH, (text) => withSections(text, costSections(measured)));
for (const [name, section] of costSections(measured)) console.log(`\n${name}\n\n${section}`);

/** Of several files, such as one for each dialect, the tables are taken together. */
function ratesIn(paths: readonly string[]): ReturnType<typeof ratesOf> {
  const all = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as BenchResults);
  const results = { ...all[0]!, tables: all.flatMap(({ tables }) => tables) };
  const rates = ratesOf(results);
  console.log('The constants, by the table they were found from; 0 % is as measured:');
  for (const [name, deviation] of deviations(results, rates)) {
    console.log(`  ${name.padEnd(36)} ${(deviation * 100).toFixed(0).padStart(5)} %`);
  }
  const differences = drift(MEASURED_RATES, rates);
  console.log(
    differences.length === 0
      ? 'shared/core/measured-rates.ts is within 20 % of them.'
      : `shared/core/measured-rates.ts differs by more than 20 %${values.adopt ? ', and is written anew' : '; --adopt writes it anew'}:`,
  );
  for (const line of differences) console.log(`  ${line}`);
  return rates;
}

function write(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
