import type { StateReport } from '../shared/flow/change-state.ts';
import { watermarkOrder } from './watermark-order.ts';

/** What the next run does once the state is as the report has it. */
export function nextRun({ table, before, after, outdatedBecause }: StateReport): string {
  if (table.mode === 'full-refresh') return 'The next run lands the whole table, as every run does.';
  if (after === undefined || after.watermark === null) return 'The next run lands the whole table.';
  if (outdatedBecause !== undefined) return `The next run lands the whole table, ${OUTDATED[outdatedBecause]}.`;
  if (before?.watermark === after.watermark || before === undefined) return 'The next run lands what changed since.';
  if (before.watermark === null) {
    return 'The next run lands what lies behind the new watermark, instead of the whole table.';
  }
  return BY_ORDER[watermarkOrder(before.watermark, after.watermark)];
}

const OUTDATED = {
  'update-key-changed': 'for this configuration has another mode or update key than the watermark is of',
  'query-changed': 'for this configuration asks another query than the watermark is of',
} as const;

const AGAIN = 'The next run lands what lies between the two once more.';
const SKIPS = 'The next run skips what lies between the two: those rows land only when they change again.';

const BY_ORDER = {
  same: 'The next run lands what changed since.',
  back: AGAIN,
  forward: SKIPS,
  unknown:
    'Which of the two is the lesser only the database can tell. When it is the new one, the next run lands what lies ' +
    'between them once more; otherwise it skips that, and those rows land only when they change again.',
} as const;
