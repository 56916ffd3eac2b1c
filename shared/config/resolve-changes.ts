import { UPDATE_KEY_RULE } from './change-schema.ts';
import type { Mode, TableConfig } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { durationMs } from './duration.ts';
import { keyDistance, lagOf } from './key-distance.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedTable, TableEntry } from './table-entries.ts';

type ChangeConfig = Pick<
  TableConfig,
  'mode' | 'updateKey' | 'lag' | 'lookback' | 'nulls' | 'fullRefreshEveryMs' | 'keepRuns' | 'schemaContract'
>;

/** The keys of a table that are not for every mode, and the modes that have them. */
const MODES_OF = {
  update_key: ['incremental'],
  lag: ['incremental'],
  lookback: ['incremental'],
  nulls: ['incremental'],
  full_refresh_every: ['incremental', 'change-tracking'],
  keep_runs: ['full-refresh'],
  sql: ['full-refresh', 'incremental'],
  where: ['full-refresh', 'incremental'],
  primary_key: ['full-refresh', 'incremental'],
} as const satisfies Partial<Record<keyof CheckedTable, readonly Mode[]>>;

type ModeKey = keyof typeof MODES_OF;
const MODE_KEYS = Object.keys(MODES_OF) as ModeKey[];

/**
 * Which rows of a table land. A key of the table that its mode has no use for is a mistake; one of its source's defaults
 * is there for other tables.
 */
export function resolveChanges(
  entry: TableEntry,
  defaults: CheckedTable,
  defaultsPath: ConfigPath,
  report: ProblemReport,
): ChangeConfig {
  const own = { ...defaults, ...entry.input };
  const mode = own.mode ?? DEFAULTS.mode;
  if (isModeSettled(entry, defaultsPath, report)) checkMode(entry, mode, modeText(mode, entry, defaults), report);
  const used = <Key extends ModeKey>(key: Key) => (hasUse(mode, key) ? own[key] : undefined);
  const [lag, lookback, fullRefreshEvery] = [used('lag'), used('lookback'), used('full_refresh_every')];
  return {
    mode,
    updateKey: used('update_key'),
    lag: lag === undefined ? undefined : lagOf(lag),
    lookback: lookback === undefined ? undefined : keyDistance(lookback),
    nulls: used('nulls') ?? DEFAULTS.nulls,
    fullRefreshEveryMs: fullRefreshEvery === undefined ? undefined : durationMs(fullRefreshEvery),
    keepRuns: used('keep_runs'),
    schemaContract: own.schema_contract ?? DEFAULTS.schemaContract,
  };
}

function hasUse(mode: Mode, key: ModeKey): boolean {
  return (MODES_OF[key] as readonly Mode[]).includes(mode);
}

/** What does not fit a mode that was reported itself may well fit the one that was meant. */
function isModeSettled({ input, path }: TableEntry, defaultsPath: ConfigPath, report: ProblemReport): boolean {
  if (report.has([...path, 'mode'])) return false;
  return input.mode !== undefined || !report.has([...defaultsPath, 'mode']);
}

function modeText(mode: Mode, { input }: TableEntry, defaults: CheckedTable): string {
  if (input.mode !== undefined) return `mode ${mode}`;
  return defaults.mode === undefined ? `mode ${mode}, the default` : `mode ${mode} of the defaults`;
}

function checkMode({ input, path }: TableEntry, mode: Mode, text: string, report: ProblemReport): void {
  for (const key of MODE_KEYS) {
    if (input[key] === undefined || hasUse(mode, key)) continue;
    const isOfQuery = key === 'sql' || key === 'where' || key === 'primary_key';
    const reason = isOfQuery ? ', which lands whole tables by the primary key of the catalog' : '';
    report.add(
      [...path, key],
      `found ${key} together with ${text}${reason}; allowed: ${key} with mode ${MODES_OF[key].join(' or ')}`,
      'key',
    );
  }
  // Of an update key that is there and wrong this is the second problem, which does not count.
  if (mode === 'incremental' && input.update_key === undefined) {
    report.add([...path, 'update_key'], `is missing with ${text}; allowed: ${UPDATE_KEY_RULE}`);
  }
}
