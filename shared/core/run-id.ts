/**
 * Run ids are the scheduled time in UTC, so that a schedule that fires twice is one run:
 * `20261122T030000Z`, with milliseconds only when there are any: `20261122T030000.250Z`.
 */
export function runIdOf(scheduledTimeMs: number): string {
  return new Date(scheduledTimeMs).toISOString().replace(/[-:]/g, '').replace('.000Z', 'Z');
}

const RUN_ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\.\d{3})?Z$/;

/** The scheduled time a run id stands for, in epoch milliseconds; undefined when it is not a run id. */
export function scheduledTimeOf(runId: string): number | undefined {
  const match = RUN_ID.exec(runId);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '.000'] = match;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  return Number.isNaN(timeMs) || runIdOf(timeMs) !== runId ? undefined : timeMs;
}
