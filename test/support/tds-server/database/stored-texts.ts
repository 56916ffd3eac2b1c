const LONE = /\p{Surrogate}/gu;
const STAND_IN = /[\u{10f800}-\u{10ffff}]/gu;
const FIRST_STAND_IN = 0x10f800;
const FIRST_SURROGATE = 0xd800;

/**
 * SQLite keeps UTF-8, which has no lone surrogates, and nvarchar has: each is kept as one of the last 2,048 private
 * characters of Unicode.
 */
export function storableText(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(LONE, (lone) => String.fromCodePoint(FIRST_STAND_IN + lone.charCodeAt(0) - FIRST_SURROGATE));
}

export function writtenText(stored: string): string {
  if (!stored.includes('\udbfe') && !stored.includes('\udbff')) return stored;
  return stored.replace(STAND_IN, (one) => String.fromCharCode(one.codePointAt(0)! - FIRST_STAND_IN + FIRST_SURROGATE));
}
