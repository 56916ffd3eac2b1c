import iconv from 'iconv-lite';

export type DoubleByteCodePage = 932 | 936 | 949 | 950;

/** UTF-16 units of a double-byte code page; every character of such a page takes one. 0 stands for no character. */
export interface DoubleByteTable {
  /** By byte, for characters of one byte. */
  readonly singles: Uint16Array;
  /** By lead byte * 256 + trail byte. */
  readonly pairs: Uint16Array;
}

const UNDEFINED = '\ufffd';
const LINE_FEED = 0x0a;
const FIRST_HIGH_BYTE = 0x80;
const FIRST_LEAD = 0x81;
const LAST_LEAD = 0xfe;
const FIRST_TRAIL = 0x40;
const LAST_TRAIL = 0xfe;

type Range = readonly [first: number, last: number];

/** Leads and trails of characters that users define (EUDC), and the private-use character of the first. */
type UserDefined = readonly [leads: Range, trails: readonly Range[], first: number];

interface PageFacts {
  /** Bytes that are a character alone on Windows, beside those iconv-lite knows: [byte, character]. */
  readonly singles: readonly (readonly [number, number])[];
  readonly userDefined: readonly UserDefined[];
  /** The first private-use character of the holes between the assigned characters, given out in their order. */
  readonly holes?: number;
}

const BIG5_TRAILS: readonly Range[] = [
  [0x40, 0x7e],
  [0xa1, 0xfe],
];
const GBK_LOW_TRAILS: readonly Range[] = [
  [0x40, 0x7e],
  [0x80, 0xa0],
];
const EUC_TRAILS: readonly Range[] = [[0xa1, 0xfe]];
const SHIFT_JIS_TRAILS: readonly Range[] = [
  [0x40, 0x7e],
  [0x80, 0xfc],
];

/** What Windows has and iconv-lite has not: WindowsBestFit/bestfit932.txt, 936, 949 and 950 of unicode.org. */
const FACTS: Readonly<Record<DoubleByteCodePage, PageFacts>> = {
  932: {
    singles: [
      [0x80, 0x80],
      [0xa0, 0xf8f0],
      [0xfd, 0xf8f1],
      [0xfe, 0xf8f2],
      [0xff, 0xf8f3],
    ],
    userDefined: [[[0xf0, 0xf9], SHIFT_JIS_TRAILS, 0xe000]],
  },
  936: {
    singles: [
      [0x80, 0x20ac],
      [0xff, 0xf8f5],
    ],
    userDefined: [
      [[0xaa, 0xaf], EUC_TRAILS, 0xe000],
      [[0xf8, 0xfe], EUC_TRAILS, 0xe234],
      [[0xa1, 0xa7], GBK_LOW_TRAILS, 0xe4c6],
    ],
    holes: 0xe766,
  },
  949: {
    singles: [
      [0x80, 0x80],
      [0xff, 0xf8f7],
    ],
    userDefined: [
      [[0xc9, 0xc9], EUC_TRAILS, 0xe000],
      [[0xfe, 0xfe], EUC_TRAILS, 0xe05e],
    ],
  },
  950: {
    singles: [
      [0x80, 0x80],
      [0xff, 0xf8f8],
    ],
    userDefined: [
      [[0xfa, 0xfe], BIG5_TRAILS, 0xe000],
      [[0x8e, 0xa0], BIG5_TRAILS, 0xe311],
      [[0x81, 0x8d], BIG5_TRAILS, 0xeeb8],
      [[0xc6, 0xc6], EUC_TRAILS, 0xf6b1],
      [[0xc7, 0xc8], BIG5_TRAILS, 0xf70f],
    ],
  },
};

export function isDoubleByte(codePage: number): codePage is DoubleByteCodePage {
  return codePage in FACTS;
}

export function doubleByteTable(codePage: DoubleByteCodePage): DoubleByteTable {
  const facts = FACTS[codePage];
  const table = { singles: new Uint16Array(256), pairs: new Uint16Array(65_536) };
  readSingles(table.singles, codePage, facts);
  readPairs(table, codePage);
  for (const area of facts.userDefined) addUserDefined(table.pairs, area);
  if (facts.holes !== undefined) fillHoles(table, facts.holes);
  return table;
}

function readSingles(singles: Uint16Array, codePage: DoubleByteCodePage, facts: PageFacts): void {
  for (let byte = 0; byte < FIRST_HIGH_BYTE; byte++) singles[byte] = byte;
  const bytes = Array.from({ length: 256 - FIRST_HIGH_BYTE }, (_, i) => [FIRST_HIGH_BYTE + i]);
  singles.set(unitsOf(bytes, codePage), FIRST_HIGH_BYTE);
  for (const [byte, unit] of facts.singles) singles[byte] = unit;
}

function readPairs({ singles, pairs }: DoubleByteTable, codePage: DoubleByteCodePage): void {
  const trails = Array.from({ length: LAST_TRAIL - FIRST_TRAIL + 1 }, (_, i) => FIRST_TRAIL + i);
  for (let lead = FIRST_LEAD; lead <= LAST_LEAD; lead++) {
    if (singles[lead] !== 0) continue;
    const sequences = trails.map((trail) => [lead, trail]);
    pairs.set(unitsOf(sequences, codePage), lead * 256 + FIRST_TRAIL);
  }
}

/**
 * The UTF-16 unit of each byte sequence, 0 where it is not exactly one character. They are decoded all at once (one by
 * one takes 100 ms a page), with line feeds between them: no trail byte is one, and after a sequence it does not know
 * iconv-lite gives U+FFFD and starts anew.
 */
function unitsOf(sequences: readonly (readonly number[])[], codePage: DoubleByteCodePage): number[] {
  const lines = iconv.decode(Uint8Array.from(sequences.flatMap((bytes) => [...bytes, LINE_FEED])), `cp${codePage}`);
  const texts = lines.split('\n');
  return sequences.map((_, i) => (texts[i]!.length === 1 && texts[i] !== UNDEFINED ? texts[i]!.charCodeAt(0) : 0));
}

function addUserDefined(pairs: Uint16Array, [leads, trails, first]: UserDefined): void {
  let unit = first;
  for (let lead = leads[0]; lead <= leads[1]; lead++) {
    for (const [firstTrail, lastTrail] of trails) {
      for (let trail = firstTrail; trail <= lastTrail; trail++) pairs[lead * 256 + trail] = unit++;
    }
  }
}

function fillHoles({ singles, pairs }: DoubleByteTable, first: number): void {
  let unit = first;
  for (let lead = FIRST_LEAD; lead <= LAST_LEAD; lead++) {
    if (singles[lead] !== 0) continue;
    for (let trail = FIRST_TRAIL; trail <= LAST_TRAIL; trail++) {
      if (trail !== 0x7f && pairs[lead * 256 + trail] === 0) pairs[lead * 256 + trail] = unit++;
    }
  }
}
