import iconv from 'iconv-lite';

interface CollationParts {
  readonly lcid: number;
  /** Windows collations have none; the old SQL_* ones take their code page from it. */
  readonly sortId?: number;
  readonly utf8?: boolean;
  readonly codePage: string;
}

const PARTS = {
  SQL_Latin1_General_CP1_CI_AS: { lcid: 0x0409, sortId: 52, codePage: 'cp1252' },
  SQL_Latin1_General_CP437_CI_AS: { lcid: 0x0409, sortId: 32, codePage: 'cp437' },
  SQL_Latin1_General_CP850_CI_AS: { lcid: 0x0409, sortId: 42, codePage: 'cp850' },
  SQL_Latin1_General_CP1251_CI_AS: { lcid: 0x0409, sortId: 106, codePage: 'cp1251' },
  Latin1_General_CI_AS: { lcid: 0x0409, codePage: 'cp1252' },
  Latin1_General_100_CI_AS_SC_UTF8: { lcid: 0x0409, utf8: true, codePage: 'utf8' },
  Japanese_100_CI_AS_SC_UTF8: { lcid: 0x0411, utf8: true, codePage: 'utf8' },
  Polish_CI_AS: { lcid: 0x0415, codePage: 'cp1250' },
  Cyrillic_General_CI_AS: { lcid: 0x0419, codePage: 'cp1251' },
  Greek_CI_AS: { lcid: 0x0408, codePage: 'cp1253' },
  Turkish_CI_AS: { lcid: 0x041f, codePage: 'cp1254' },
  Hebrew_CI_AS: { lcid: 0x040d, codePage: 'cp1255' },
  Arabic_CI_AS: { lcid: 0x0401, codePage: 'cp1256' },
  Lithuanian_CI_AS: { lcid: 0x0427, codePage: 'cp1257' },
  Vietnamese_CI_AS: { lcid: 0x042a, codePage: 'cp1258' },
  Thai_CI_AS: { lcid: 0x041e, codePage: 'cp874' },
  Japanese_CI_AS: { lcid: 0x0411, codePage: 'cp932' },
  Chinese_PRC_CI_AS: { lcid: 0x0804, codePage: 'cp936' },
  Korean_Wansung_CI_AS: { lcid: 0x0412, codePage: 'cp949' },
  Chinese_Taiwan_Stroke_CI_AS: { lcid: 0x0404, codePage: 'cp950' },
} as const satisfies Record<string, CollationParts>;

export type CollationName = keyof typeof PARTS;

export const COLLATION_NAMES = Object.keys(PARTS) as CollationName[];
export const DEFAULT_COLLATION: CollationName = 'SQL_Latin1_General_CP1_CI_AS';

/** iconv-lite encodes it as a byte that the code page leaves undefined. */
const REPLACEMENT = '\uFFFD';

/** Ignore case, kana and width: what CI_AS means. */
const CI_AS_FLAGS = 0x0d;
const UTF8_FLAG = 0x40;

/** The 5 bytes of a collation: 20 bits LCID, 8 bits flags, 4 bits version, 1 byte sort id (MS-TDS 2.2.5.1.2). */
export function collationBytes(name: CollationName = DEFAULT_COLLATION): Buffer {
  const { lcid, sortId = 0, utf8 = false }: CollationParts = PARTS[name];
  const flags = CI_AS_FLAGS | (utf8 ? UTF8_FLAG : 0);
  return Buffer.from([
    lcid & 0xff,
    (lcid >>> 8) & 0xff,
    ((lcid >>> 16) & 0x0f) | ((flags & 0x0f) << 4),
    (flags & 0xf0) >>> 4,
    sortId,
  ]);
}

/** The text in the collation's code page. Throws where it has a character without a place there. */
export function encodeInCollation(text: string, name: CollationName = DEFAULT_COLLATION): Buffer {
  const { codePage } = PARTS[name];
  if (codePage === 'utf8') return Buffer.from(text, 'utf8');
  const bytes = iconv.encode(text, codePage);
  if (!isAscii(text) && (text.includes(REPLACEMENT) || iconv.decode(bytes, codePage) !== text)) {
    throw new RangeError(`${JSON.stringify(text)} is not representable in ${name} (${codePage})`);
  }
  return bytes;
}

/** The characters of the Basic Multilingual Plane that the collation's code page holds, each round trip exact. */
export function repertoire(name: CollationName): string[] {
  const { codePage } = PARTS[name];
  const characters: string[] = [];
  for (let point = 0x20; point < 0x1_0000; point += 1) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCharCode(point);
    const bytes = iconv.encode(character, codePage);
    const isItself = iconv.decode(bytes, codePage) === character;
    if (isItself && (codePage === 'utf8' || character !== REPLACEMENT)) characters.push(character);
  }
  return characters;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
