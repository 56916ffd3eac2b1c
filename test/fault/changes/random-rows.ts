import type { Chance } from '../../sim/world/chance.ts';

const NOTES = [
  null,
  '',
  ' ',
  "it's",
  '"quoted", with a comma',
  'two\nlines',
  'ünïcödé 漢字',
  'emoji 🧨🧨',
  '\\N',
  'NULL',
];
const FIRST_DAY_MS = Date.UTC(1970, 0, 1);
const LAST_DAY_MS = Date.UTC(2200, 0, 1);

/** An amount of decimal(38,10), a moment with so many digits behind the second, and a text; each may be null. */
export function randomPayload(chance: Chance, fractionDigits: number): (string | null)[] {
  const moment = orNull(chance, randomMoment(chance, fractionDigits));
  return [orNull(chance, randomDecimal(chance, 28, 10)), moment, chance.pick(NOTES)];
}

function randomDecimal(chance: Chance, integerDigits: number, scale: number): string {
  const whole = digits(chance, chance.between(1, integerDigits)).replace(/^0+(?=\d)/, '');
  const text = `${whole}.${digits(chance, scale)}`;
  return chance.chance(0.4) && /[1-9]/.test(text) ? `-${text}` : text;
}

/** ISO 8601 in UTC, without a zone. */
function randomMoment(chance: Chance, fraction: number): string {
  const at = new Date(chance.between(FIRST_DAY_MS / 1_000, LAST_DAY_MS / 1_000) * 1_000).toISOString();
  // A last digit that is not 0 is there in every spelling.
  return `${at.slice(0, 19)}.${digits(chance, fraction - 1)}${chance.between(1, 9)}`;
}

function digits(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => chance.between(0, 9)).join('');
}

function orNull<T>(chance: Chance, value: T): T | null {
  return chance.chance(0.1) ? null : value;
}
