import fc from 'fast-check';
import { type CollationName, DEFAULT_COLLATION, encodeInCollation, repertoire } from './collations.ts';

const AWKWARD = ['', ' ', '\0', '\t\r\n', '"', "'", '\\', ',', ' trailing ', 'NULL', '{}', '\uFEFF'];
const AWKWARD_UNICODE = [
  ...AWKWARD,
  '😀',
  '👩‍👩‍👧‍👦',
  'é',
  'e\u0301',
  '日本',
  '\u2028',
  '\uFFFD',
  '\uFFFF',
  '\u{10FFFF}',
];
const SHORTEST = 40;

const charactersOf = new Map<CollationName, string[]>();

/** Well-formed UTF-16 of at most so many code units: mostly short, sometimes as long as it may be. */
export function unicodeText(maxUnits: number): fc.Arbitrary<string> {
  const clip = (text: string) => clipped(text, maxUnits);
  const short = fc.string({ unit: 'binary', maxLength: Math.min(maxUnits, SHORTEST) }).map(clip);
  return fc.oneof(
    { weight: 4, arbitrary: short },
    { weight: 3, arbitrary: fc.constantFrom(...AWKWARD_UNICODE).map(clip) },
    { weight: 1, arbitrary: fc.constantFrom(...AWKWARD_UNICODE.slice(1)).map((text) => clip(text.repeat(maxUnits))) },
  );
}

/** As nchar(n) comes: filled with spaces. */
export function fixedUnicodeText(units: number): fc.Arbitrary<string> {
  return unicodeText(units).map((text) => text.padEnd(units, ' '));
}

/** Text of the collation's own characters that takes at most so many bytes, or exactly as many when `padded` as char(n) is. */
export function singleByteText(
  maxBytes: number,
  collation: CollationName = DEFAULT_COLLATION,
  padded: boolean,
): fc.Arbitrary<string> {
  const characters = fc.constantFrom(...charactersIn(collation));
  const text = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(characters, { maxLength: Math.min(maxBytes, SHORTEST) }).map((all) => all.join('')),
    },
    { weight: 2, arbitrary: fc.constantFrom(...AWKWARD.filter((awkward) => awkward !== '\uFEFF')) },
    { weight: 1, arbitrary: characters.map((character) => character.repeat(maxBytes)) },
  );
  return text.map((drawn) => {
    const fitting = fittingBytes(drawn, maxBytes, collation);
    const size = encodeInCollation(fitting, collation).length;
    return padded ? fitting + ' '.repeat(maxBytes - size) : fitting;
  });
}

/** Upper-case or lower-case hex does not matter on the wire; the server's text has lower case. */
export function binaryText(maxBytes: number, padded: boolean): fc.Arbitrary<string> {
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: Math.min(maxBytes, SHORTEST) }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => new Uint8Array(maxBytes).fill(byte)) },
  );
  return bytes.map((drawn) => {
    const hex = Buffer.from(drawn).toString('hex');
    return padded ? hex.padEnd(maxBytes * 2, '0') : hex;
  });
}

export function clrText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constant(''),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  );
}

export function xmlText(): fc.Arbitrary<string> {
  const inner = fc.string({ unit: fc.constantFrom('a', 'é', '日', '😀', ' ', '&amp;', '\n'), maxLength: SHORTEST });
  return fc.oneof(
    fc.constant(''),
    inner.map((text) => `<r k="1">${text}</r>`),
  );
}

function charactersIn(collation: CollationName): string[] {
  let characters = charactersOf.get(collation);
  if (characters === undefined) {
    characters = repertoire(collation);
    charactersOf.set(collation, characters);
  }
  return characters;
}

/** Cut without splitting a surrogate pair. */
function clipped(text: string, maxUnits: number): string {
  const cut = text.slice(0, maxUnits);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

function fittingBytes(text: string, maxBytes: number, collation: CollationName): string {
  let size = 0;
  let fitting = '';
  for (const character of text) {
    size += encodeInCollation(character, collation).length;
    if (size > maxBytes) break;
    fitting += character;
  }
  return fitting;
}
