import type { KeyDistance, Lag } from '../../../config/config.ts';
import { DEFAULT_MOMENT_LAG_MS } from '../../../config/defaults.ts';
import { distanceText } from '../../../config/key-distance.ts';
import type { SourceBound, TableQuery, UpdateKeyBoundRequest } from '../../source.ts';
import type { MssqlLimits } from '../options.ts';
import type { ReadSession } from '../read-session.ts';
import type { UpdateKey } from '../window/update-key.ts';
import { distanceUnfit, watermarkBroken } from './bound-errors.ts';
import { type Distance, momentDistance, numberDistance, roundedMs } from './distance.ts';
import { readValues, type ValueText } from './read-values.ts';
import { valueBoundStatement } from './value-bound-text.ts';

const NO_DISTANCE: Distance = { before: (value) => value };

/** What a lag comes to for the type of an update key. */
interface KnownLag {
  /** As a configuration writes it; null where there is nothing to wait for. */
  readonly text: string | null;
  readonly distance: Distance;
  /** 0 where it is none of time. */
  readonly ms: number;
  /** After how long a newest value has settled; undefined where time settles nothing. */
  readonly settlesMs: number | undefined;
}

/** The bound of moments, numbers and other values that rows bring along. */
export async function valueBound(
  session: ReadSession,
  query: TableQuery,
  column: UpdateKey,
  request: UpdateKeyBoundRequest,
  limits: MssqlLimits,
): Promise<SourceBound> {
  const { watermark, seen } = request;
  const lag = lagOf(query, column, request.lag);
  const lookback = lookbackOf(query, column, request.lookback);
  const isSettled = seen !== undefined && lag.settlesMs !== undefined && seen.ageMs >= lag.settlesMs;
  const settled = isSettled ? seen.newest : undefined;
  const input = { query, column, lag: lag.distance, lagMs: lag.ms, lookback, watermark, settled };
  const statement = valueBoundStatement(input);
  const values = await readValues(session, statement, limits);
  const textOf = (name: string): string | null => exact(query, column, values.get(name));
  const isLost = values.get('lost') === '1';
  const begin = lookback === undefined || watermark === null ? watermark : textOf('after');
  return {
    type: column.type,
    upTo: textOf('upTo'),
    after: isLost ? null : begin,
    newest: textOf('newest'),
    horizon: null,
    epoch: null,
    hasNulls: values.get('hasNulls') === '1',
    lag: lag.text,
    lost: isLost ? 'update-key-went-back' : undefined,
  };
}

function lagOf(query: TableQuery, column: UpdateKey, lag: Lag | undefined): KnownLag {
  const { type, kind } = column;
  if (lag === 'snapshot') throw distanceUnfit(query, column, 'lag', lag);
  if (kind === 'moments') {
    const given = lag ?? { ms: DEFAULT_MOMENT_LAG_MS };
    if (!('ms' in given)) throw distanceUnfit(query, column, 'lag', distanceText(given));
    // Rounded too: until a minute of smalldatetime is over, a later row may have the same.
    const settlesMs = roundedMs(type, given.ms);
    return { text: distanceText(given), distance: momentDistance(type, given.ms), ms: given.ms, settlesMs };
  }
  if (kind === 'numbers') {
    const given = lag ?? { values: 0 };
    if (!('values' in given)) throw distanceUnfit(query, column, 'lag', distanceText(given));
    return { text: distanceText(given), distance: numberDistance(type, given.values), ms: 0, settlesMs: undefined };
  }
  if (lag !== undefined) throw distanceUnfit(query, column, 'lag', distanceText(lag));
  return { text: null, distance: NO_DISTANCE, ms: 0, settlesMs: undefined };
}

function lookbackOf(query: TableQuery, column: UpdateKey, lookback: KeyDistance | undefined): Distance | undefined {
  if (lookback === undefined) return undefined;
  const { type, kind } = column;
  if (kind === 'moments' && 'ms' in lookback) return momentDistance(type, lookback.ms);
  if (kind === 'numbers' && 'values' in lookback) return numberDistance(type, lookback.values);
  throw distanceUnfit(query, column, 'lookback', distanceText(lookback));
}

function exact(query: TableQuery, column: UpdateKey, value: ValueText): string | null {
  if (value === undefined) throw watermarkBroken(query, column);
  return value;
}
