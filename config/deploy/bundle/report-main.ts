import { arch } from 'node:os';
import { parseArgs } from 'node:util';
import { runCommand } from '../report-error.ts';
import { readBaseline, sizeOf, sizeProblems, writeBaseline } from './baseline.ts';
import { buildBundle } from './build-bundle.ts';
import { BUNDLE_KINDS } from './kinds.ts';
import { measureImport } from './measure-import.ts';
import { type BundleMeasures, reportTable } from './report.ts';
import { deterministicZip } from './zip.ts';

// npm run bundle:report: sizes against the baseline, and how long a fresh process takes to load each. --update agrees to them.

await runCommand(async () => {
  const { update } = parseArgs({ options: { update: { type: 'boolean', default: false } } }).values;
  const bundles = await Promise.all(BUNDLE_KINDS.map(buildBundle));
  if (update) writeBaseline(new Map(bundles.map((bundle) => [bundle.kind, sizeOf(bundle)])));
  const baseline = readBaseline();
  const measures: BundleMeasures[] = [];
  // One after the other, and nothing beside them: they are timed.
  for (const bundle of bundles) {
    const zipBytes = deterministicZip(bundle.files).length;
    measures.push({ kind: bundle.kind, ...sizeOf(bundle), zipBytes, ...(await measureImport(bundle.files)) });
  }
  process.stdout.write(reportTable(measures, baseline));
  process.stdout.write(
    `\nImport: medians of fresh processes, Node ${process.versions.node} on ${arch()}, by the clock and of a CPU;\n` +
      'cached: by the clock, with NODE_COMPILE_CACHE.\n',
  );
  const problems = measures.flatMap((each) => sizeProblems(each.kind, each, baseline.get(each.kind)));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
});
