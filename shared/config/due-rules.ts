import { errorText } from '../core/errors.ts';
import { DEFAULTS } from './defaults.ts';
import { lastDueMs } from './due-time.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedSource, TableEntry } from './table-entries.ts';

const NO_SCHEDULE =
  'found due_within for a source without a schedule, so that nothing is ever due; allowed: together with a schedule of the source';

/** Reports a table that is to land by a time which cannot be told. */
export function checkDueTimes(
  source: CheckedSource,
  path: ConfigPath,
  tables: readonly TableEntry[],
  report: ProblemReport,
): void {
  const places = tables.filter(({ input }) => input.due_within !== undefined).map(({ path: own }) => own);
  if (source.defaults?.due_within !== undefined) places.push([...path, 'defaults']);
  // A schedule that is wrong was reported itself.
  if (places.length === 0 || report.has([...path, 'schedule'])) return;
  if (source.schedule === undefined) {
    for (const place of places) report.add([...place, 'due_within'], NO_SCHEDULE, 'key');
    return;
  }
  const problem = scheduleProblem(source.schedule, source.time_zone ?? DEFAULTS.timeZone);
  if (problem !== undefined) report.add([...path, 'schedule'], problem);
}

function scheduleProblem(schedule: string, timeZone: string): string | undefined {
  try {
    lastDueMs({ schedule, timeZone, rateFromMs: undefined }, 0);
    return undefined;
  } catch (thrown) {
    return (
      `found ${JSON.stringify(schedule)}, of which it cannot be told when a table is due (${errorText(thrown)}); ` +
      'allowed: the values and wildcards of EventBridge Scheduler'
    );
  }
}
