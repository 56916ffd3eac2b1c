import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withSections } from '../result/marked-sections.ts';
import type { BenchResults } from '../result/results.ts';
import { readScaleResults } from '../scale/scale-results.ts';
import { pageParts } from './page-parts.ts';

/**
 * `npm run bench:docs`: puts what `npm run bench` and `npm run bench:scale` have written into docs/performance.md, between its
 * markers, and their charts into docs/images/performance.
 */
const DOCUMENT = resolve(import.meta.dirname, '../../docs/performance.md');
const IMAGES = resolve(import.meta.dirname, '../../docs/images/performance');

const { values } = parseArgs({ options: { from: { type: 'string', default: 'bench/results' } } });
const path = join(values.from, 'results.json');
const results = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BenchResults) : undefined;
const { sections, charts } = pageParts(results, readScaleResults(values.from));
if (sections.size === 0) {
  throw new Error(`${values.from} has no results; measure them with \`npm run bench\` and \`npm run bench:scale\`.`);
}
writeFileSync(DOCUMENT, withSections(readFileSync(DOCUMENT, 'utf8'), sections));
mkdirSync(IMAGES, { recursive: true });
for (const [name, svg] of charts) writeFileSync(join(IMAGES, name), svg);
console.log(`${sections.size} sections and ${charts.size} charts written to docs/performance.md and ${IMAGES}`);
