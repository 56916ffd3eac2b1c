/** The same byte four times. */
const each = 0x01010101;
const highBits = each * 0x80;

const quotes = each * 0x22;
const commas = each * 0x2c;
const backslashes = each * 0x5c;
const spaces = each * 0x20;

/**
 * Not 0 when one of a word's four bytes is a control character, a quote, a comma or a backslash: what CSV and JSON quote or
 * escape is among these. A byte is below n when subtracting n from all four borrows into its high bit, and it is c when it
 * is below 1 after XOR with c ("Determine if a word has a byte less than n" in Bit Twiddling Hacks).
 */
export function suspects(word: number): number {
  const below = (word - spaces) | ((word ^ quotes) - each) | ((word ^ commas) - each) | ((word ^ backslashes) - each);
  return below & ~word & highBits;
}
