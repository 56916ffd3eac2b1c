import type { ConfigPath } from './path.ts';

const LONGEST_VALUE = 60;
const MAY_HOLD_A_SECRET = /passw|pwd|secret|token|api_?key|:\/\/[^/\s]*@|^\s*[{[]/i;
const NOT_SHOWN = 'a value that is not shown here, because it may hold a password';

/** What stood in the config, in a few words. Anything that may hold a password is named, never printed. */
export function foundText(value: unknown, path: ConfigPath): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (path.at(-1) === 'secret') return NOT_SHOWN;
  if (typeof value !== 'string') return JSON.stringify(value);
  if (MAY_HOLD_A_SECRET.test(value)) return NOT_SHOWN;
  return JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value);
}
