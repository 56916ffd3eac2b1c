import { safeSegment } from '../../../shared/core/object-key.ts';
import { literal } from './arns.ts';

// The ledger's own words for its keys are in shared/ledger/layout.ts; a test holds these patterns against them.

const ledgerFolder = (prefix: string) => `${literal(prefix)}_landfall/`;

/** Records of one source: of its runs, and what stands of its tables between them. */
export function recordsOfSource(prefix: string, source: string): string[] {
  const folder = ledgerFolder(prefix);
  const name = literal(safeSegment(source));
  return ['runs', 'claims', 'latest', 'symlinks', 'state', 'schemas'].map((kind) => `${folder}${kind}/${name}/*`);
}

/** What the scheduler reads and writes of the runs of all sources. */
export function scheduledRecords(prefix: string): string[] {
  return ['plan.json', 'sent.json'].map((name) => `${ledgerFolder(prefix)}runs/*/${name}`);
}

/** Where the scheduler looks which tables of a run have ended. */
export function runFolders(prefix: string): string[] {
  return [`${ledgerFolder(prefix)}runs/*`];
}

/** What the watchdog reads of all sources. */
export function watchedRecords(prefix: string): string[] {
  return ['runs', 'claims', 'latest', 'overdue'].map((kind) => `${ledgerFolder(prefix)}${kind}/*`);
}

/** What the watchdog notes: the end of a run that nobody ended, and of which tables it told. */
export function watchdogRecords(prefix: string): string[] {
  const folder = ledgerFolder(prefix);
  const ofRun = ['summary.json', 'report.html', 'announcements/*', 'failures/*'];
  return [...ofRun.map((name) => `${folder}runs/*/${name}`), `${folder}overdue/*`];
}

/** Everything of the ledger. */
export function allRecords(prefix: string): string[] {
  return [`${ledgerFolder(prefix)}*`];
}
