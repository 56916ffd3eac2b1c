/**
 * Runs again, alone, the few test files that failed in the whole run, and says which they were. On a machine that is kept
 * busy by the other files, real servers and processes can be slower than any limit; what fails alone as well has failed.
 * Usage: node .ci/second-try.ts FIRST.json SECOND.json, both as `jest --json` writes them. Prints the counts at the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

interface JestResult {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** More is not bad luck. */
const MAX_FILES = 3;

const [firstPath = '', secondPath = ''] = process.argv.slice(2);
if (!existsSync(firstPath)) {
  console.error(`Jest wrote no ${firstPath}: it did not come to its end.`);
  process.exit(1);
}
const first = resultOf(firstPath);
const failed = first.testResults.filter(({ status }) => status === 'failed');
const hasSecondTry = failed.length > 0 && failed.length <= MAX_FILES;
const second = hasSecondTry ? runAgain(failed.map(({ name }) => name)) : undefined;
const success = first.success || second?.success === true;
const counted = second === undefined ? first : joined(first, second);
console.log(`${counted.numPassedTests} passed, ${counted.numFailedTests} failed, ${counted.numPendingTests} skipped`);
process.exit(success ? 0 : 1);

function resultOf(path: string): JestResult {
  return JSON.parse(readFileSync(path, 'utf8')) as JestResult;
}

function runAgain(files: readonly string[]): JestResult | undefined {
  console.log(`\n== second try, alone, of what failed: ${files.join(' ')}`);
  const options = ['--ci', '--runInBand', '--json', `--outputFile=${secondPath}`, '--runTestsByPath', ...files];
  spawnSync('npm', ['test', '--', ...options], { stdio: 'inherit' });
  return existsSync(secondPath) ? resultOf(secondPath) : undefined;
}

/** The counts of the whole run, with those of the files that ran again in the place of their first ones. */
function joined(whole: JestResult, again: JestResult) {
  const repeated = whole.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap((file) => file.assertionResults);
  const before = (status: string) => repeated.filter((test) => test.status === status).length;
  return {
    numPassedTests: whole.numPassedTests - before('passed') + again.numPassedTests,
    numFailedTests: whole.numFailedTests - before('failed') + again.numFailedTests,
    numPendingTests: whole.numPendingTests - before('pending') + again.numPendingTests,
  };
}
