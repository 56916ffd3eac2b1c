import { InvalidArgumentError } from 'commander';
import { durationMs } from '../shared/config/duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const AGE = /^\d{1,5}(m|h|d)$/;

/**
 * `24h` and `2d` as milliseconds, of an hour at least: an upload at work is up to 15 minutes old, and the clocks of
 * this machine and of S3 may differ.
 * @throws InvalidArgumentError for text of another form
 */
export function ageMs(text: string): number {
  const ageMs = AGE.test(text) ? durationMs(text) : Number.NaN;
  if (ageMs >= HOUR_MS) return ageMs;
  throw new InvalidArgumentError('Expected an age from 1h, such as 24h or 2d.');
}

/** With the two units that matter, such as `3d 4h`. */
export function ageShown(ageMs: number): string {
  const [days, hours, minutes] = [
    Math.floor(ageMs / DAY_MS),
    Math.floor((ageMs % DAY_MS) / HOUR_MS),
    Math.floor((ageMs % HOUR_MS) / MINUTE_MS),
  ];
  const units = days > 0 ? [`${days}d`, `${hours}h`] : [`${hours}h`, `${minutes}m`];
  return units.filter((unit) => !unit.startsWith('0')).join(' ') || '0m';
}
