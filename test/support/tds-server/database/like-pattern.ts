const patterns = new Map<string, RegExp>();
const MOST_KEPT = 1_000;

/** A pattern of LIKE as a regular expression: `%`, `_`, `[a-f]`, `[^a-f]` and an escape character. */
export function likePattern(pattern: string, escapeCharacter: string, ignoreCase: boolean): RegExp {
  const key = `${ignoreCase} ${escapeCharacter} ${pattern}`;
  let found = patterns.get(key);
  if (found === undefined) {
    found = new RegExp(`^${source(pattern, escapeCharacter)}$`, ignoreCase ? 'isu' : 'su');
    if (patterns.size < MOST_KEPT) patterns.set(key, found);
  }
  return found;
}

function source(pattern: string, escapeCharacter: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (escapeCharacter !== '' && char === escapeCharacter) {
      at++;
      out += literal(pattern[at] ?? '');
    } else if (char === '%') out += '.*';
    else if (char === '_') out += '.';
    else if (char === '[' && pattern.includes(']', at + 2)) {
      const end = pattern.indexOf(']', at + 2);
      out += characterClass(pattern.slice(at + 1, end));
      at = end;
    } else out += literal(char);
  }
  return out;
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function characterClass(inside: string): string {
  const negated = inside.startsWith('^');
  const members = (negated ? inside.slice(1) : inside).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `[${negated ? '^' : ''}${members}]`;
}
