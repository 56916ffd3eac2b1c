import { trimmedFraction } from '../../support/tds/canonical-text.ts';

/** A column type, values for it, and how the server itself prints them. */
export interface TypeCase {
  /** As a column's definition has it. */
  readonly type: string;
  /** T-SQL expressions; NULL comes besides. */
  readonly values: readonly string[];
  /** T-SQL that makes a value a text without losing anything. */
  readonly print: (value: string) => string;
  /** One spelling for the server's text and the landed one. */
  readonly spell?: (text: string) => string;
}

export interface MomentCase extends TypeCase {
  /** The server's text as it lands with `temporal: text`. */
  readonly spell: (text: string) => string;
}

const converted = (type: string, ...texts: string[]): string[] =>
  texts.map((text) => `CONVERT(${type}, N'${text.replaceAll("'", "''")}')`);
const printed = (type: string, style?: number) => (value: string) =>
  `CONVERT(${type}, ${value}${style === undefined ? '' : `, ${style}`})`;

const PLAIN = printed('varchar(60)');
const EXACT_MONEY = printed('varchar(40)', 2);
const EVERY_DIGIT = printed('varchar(60)', 3);
const ISO_DATE = printed('varchar(10)', 23);
const ODBC = printed('varchar(40)', 121);
const ODBC_SECONDS = printed('varchar(40)', 120);
const TEXT = printed('nvarchar(max)');
const HEX = (value: string): string => `LOWER(CONVERT(varchar(max), CONVERT(varbinary(max), ${value}), 2))`;

const nines = (count: number): string => '9'.repeat(count);

function decimal(name: 'decimal' | 'numeric', precision: number, scale: number): TypeCase {
  const type = `${name}(${precision},${scale})`;
  const most = `${nines(precision - scale) || '0'}${scale === 0 ? '' : `.${nines(scale)}`}`;
  const least = scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`;
  return { type, values: converted(type, most, `-${most}`, least, `-${least}`, '0'), print: PLAIN };
}

const asDouble = (text: string): string => numberText(Number(text));
const asSingle = (text: string): string => numberText(Math.fround(Number(text)));
const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const PRECISIONS: readonly (readonly [number, number])[] = [
  [1, 0],
  [9, 2],
  [9, 9],
  [10, 0],
  [19, 4],
  [20, 10],
  [28, 27],
  [29, 1],
  [38, 0],
  [38, 10],
  [38, 37],
  [38, 38],
];

export const NUMBER_CASES: readonly TypeCase[] = [
  { type: 'bit', values: converted('bit', '0', '1'), print: PLAIN },
  { type: 'tinyint', values: converted('tinyint', '0', '255'), print: PLAIN },
  { type: 'smallint', values: converted('smallint', '-32768', '32767', '0'), print: PLAIN },
  { type: 'int', values: converted('int', '-2147483648', '2147483647', '-1'), print: PLAIN },
  {
    type: 'bigint',
    values: converted('bigint', '-9223372036854775808', '9223372036854775807', '9007199254740993'),
    print: PLAIN,
  },
  ...PRECISIONS.map(([precision, scale]) => decimal('decimal', precision, scale)),
  decimal('numeric', 38, 20),
  {
    type: 'money',
    values: converted('money', '922337203685477.5807', '-922337203685477.5808', '0.0001', '-0.0001', '0'),
    print: EXACT_MONEY,
  },
  {
    type: 'smallmoney',
    values: converted('smallmoney', '214748.3647', '-214748.3648', '0.0001', '0'),
    print: EXACT_MONEY,
  },
  {
    type: 'float',
    values: ['1.7976931348623157E+308', '-1.7976931348623157E+308', '2.23E-308', '1E-1', '1E0', '0E0'],
    print: EVERY_DIGIT,
    spell: asDouble,
  },
  {
    type: 'real',
    values: ['3.402823E+38', '-3.402823E+38', '1.18E-38', '1E-1', '1.6777216E7', '0E0'],
    print: EVERY_DIGIT,
    spell: asSingle,
  },
];

/** `2026-11-22 13:46:50.1 +02:00` as ISO 8601 has it. */
const iso = (text: string): string => text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(' ', '');

const SCALES = [0, 1, 2, 3, 4, 5, 6, 7];
const fraction = (scale: number, digits: string): string => (scale === 0 ? '' : `.${digits.slice(0, scale)}`);

function scaled(name: string, scale: number, texts: (digits: (of: string) => string) => string[]): MomentCase {
  const type = `${name}(${scale})`;
  return { type, values: converted(type, ...texts((digits) => fraction(scale, digits))), print: ODBC, spell: iso };
}

export const MOMENT_CASES: readonly MomentCase[] = [
  {
    type: 'date',
    values: converted('date', '0001-01-01', '9999-12-31', '1582-10-10', '1900-01-01', '2024-02-29'),
    print: ISO_DATE,
    spell: iso,
  },
  {
    type: 'datetime',
    values: converted(
      'datetime',
      '1753-01-01T00:00:00.000',
      '9999-12-31T23:59:59.997',
      '1969-12-31T23:59:59.993',
      '2026-11-22T13:46:50.007',
    ),
    print: ODBC,
    spell: iso,
  },
  {
    type: 'smalldatetime',
    values: converted('smalldatetime', '1900-01-01T00:00:00', '2079-06-06T23:59:00', '2026-11-22T13:46:00'),
    print: ODBC_SECONDS,
    spell: iso,
  },
  ...SCALES.map((scale) =>
    scaled('time', scale, (digits) => [
      '00:00:00',
      `23:59:59${digits('9999999')}`,
      `13:46:50${digits('1234567')}`,
      `01:02:03${digits('0000001')}`,
    ]),
  ),
  ...SCALES.map((scale) =>
    scaled('datetime2', scale, (digits) => [
      '0001-01-01T00:00:00',
      `9999-12-31T23:59:59${digits('9999999')}`,
      `1969-12-31T23:59:59${digits('9999999')}`,
      `2026-11-22T13:46:50${digits('1234567')}`,
    ]),
  ),
  ...SCALES.map((scale) =>
    scaled('datetimeoffset', scale, (digits) => [
      '0001-01-01T00:00:00+00:00',
      '0001-01-01T00:00:00-14:00',
      `9999-12-31T23:59:59${digits('9999999')}+14:00`,
      `2026-11-22T00:30:00${digits('1234567')}+05:45`,
      `2026-11-22T23:30:00${digits('7654321')}-03:30`,
    ]),
  ),
];

/** What a moment lands as with `temporal: micros` and `nanos`: cut to the digits of the timestamp, no zeros at the end. */
export function spellTimestamp(text: string, digits: number): string {
  return trimmedFraction(text.replace('T', ' ').replace(new RegExp(`(\\.\\d{${digits}})\\d+`), '$1'));
}

const WORDS = ['', 'a', 'it\'\'s "quoted"', ' blanks around ', 'tab\tand\nline', 'x'.repeat(50)];
const WIDE_WORDS = [...WORDS, 'Grüße, 表, Ω, שלום', '😀 beyond the BMP', '\u00a0\u200b'];
const quoted = (words: readonly string[]): string[] => words.map((word) => `N'${word}'`);
const long = (type: string, word: string, times: number): string => `REPLICATE(CONVERT(${type}, N'${word}'), ${times})`;

/** The test server keeps no blanks at the end of char, a real one pads: compared without them. */
const trimmedEnd = (text: string): string => text.replace(/ +$/, '');

const BYTES = ['0x', '0x00', '0xFF00FF', '0x000102030405060708090A0B0C0D0E0F'];
const POINT = '0xE6100000010C0000000000000040000000000000F03F';

export const OTHER_CASES: readonly TypeCase[] = [
  {
    type: 'uniqueidentifier',
    values: converted(
      'uniqueidentifier',
      '00000000-0000-0000-0000-000000000000',
      'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
      '886b623e-2f82-7f4b-1c77-ace098f1d39a',
    ),
    print: PLAIN,
  },
  { type: 'char(50)', values: quoted(WORDS), print: TEXT, spell: trimmedEnd },
  { type: 'varchar(50)', values: quoted(WORDS), print: TEXT },
  { type: 'varchar(8000)', values: [long('varchar(8000)', 'x', 8000), "''"], print: TEXT },
  { type: 'varchar(max)', values: [...quoted(WORDS), long('varchar(max)', 'abcde', 20_000)], print: TEXT },
  { type: 'text', values: [...quoted(WORDS), long('varchar(max)', 'abcde', 20_000)], print: TEXT },
  { type: 'nchar(60)', values: quoted(WIDE_WORDS), print: TEXT, spell: trimmedEnd },
  { type: 'nvarchar(60)', values: quoted(WIDE_WORDS), print: TEXT },
  { type: 'nvarchar(4000)', values: [long('nvarchar(4000)', '表', 4000), "N''"], print: TEXT },
  { type: 'nvarchar(max)', values: [...quoted(WIDE_WORDS), long('nvarchar(max)', '😀é', 20_000)], print: TEXT },
  { type: 'ntext', values: [...quoted(WIDE_WORDS), long('nvarchar(max)', '😀é', 20_000)], print: TEXT },
  { type: 'binary(16)', values: BYTES, print: HEX },
  { type: 'varbinary(16)', values: BYTES, print: HEX },
  {
    type: 'varbinary(max)',
    values: [...BYTES, `CONVERT(varbinary(max), ${long('varchar(max)', 'abcde', 20_000)})`],
    print: HEX,
  },
  { type: 'image', values: BYTES, print: HEX },
  { type: 'xml', values: converted('xml', '<a b="1">Grüße 表 😀<c/></a>', ''), print: TEXT },
  {
    type: 'hierarchyid',
    values: ['CONVERT(hierarchyid, 0x58)', 'CONVERT(hierarchyid, 0x5AC0)', 'CONVERT(hierarchyid, 0x)'],
    print: HEX,
  },
  { type: 'geography', values: [`CONVERT(geography, ${POINT})`], print: HEX },
  { type: 'geometry', values: [`CONVERT(geometry, ${POINT.replace('E6100000', '00000000')})`], print: HEX },
];

/** One for each type that a sql_variant can hold: it lands as the text of the inner value. */
export const VARIANT_CASES: readonly TypeCase[] = [
  ...NUMBER_CASES.filter(({ type }) => !/\((?!9,2|38)/.test(type)),
  ...MOMENT_CASES.filter(({ type }) => !/\([1-6]\)/.test(type)),
  ...OTHER_CASES.filter(({ type }) => /^uniqueidentifier|^n?(var)?char\((50|60)\)/.test(type)),
  { type: 'binary(16)', values: BYTES, print: printed('varchar(60)', 1) },
  { type: 'varbinary(16)', values: BYTES, print: printed('varchar(60)', 1) },
];

const CYRILLIC = 'Съешь же ещё этих мягких булок';
const LATIN_1 = 'Façade €5 – Übergröße';

/** For each code page a collation of it and a text that it can hold. */
export const COLLATED_TEXTS: readonly (readonly [collation: string, text: string])[] = [
  ['SQL_Latin1_General_CP1_CI_AS', LATIN_1],
  ['SQL_Latin1_General_CP437_CI_AS', 'Façade ½ Ω ░█'],
  ['SQL_Latin1_General_CP850_CI_AS', 'Façade ß Ø ░█'],
  ['SQL_Latin1_General_CP1251_CI_AS', CYRILLIC],
  ['Latin1_General_CI_AS', LATIN_1],
  ['Latin1_General_100_CI_AS_SC_UTF8', `${LATIN_1} ${CYRILLIC} 表 😀`],
  ['Japanese_100_CI_AS_SC_UTF8', 'いろはにほへと 𠮷野家'],
  ['Polish_CI_AS', 'Zażółć gęślą jaźń'],
  ['Cyrillic_General_CI_AS', CYRILLIC],
  ['Greek_CI_AS', 'Ξεσκεπάζω την ψυχοφθόρα'],
  ['Turkish_CI_AS', 'Pijamalı hasta yağız şoföre İĞŞ'],
  ['Hebrew_CI_AS', 'דג סקרן שט בים'],
  ['Arabic_CI_AS', 'صِف خَلقَ خَودٍ'],
  ['Lithuanian_CI_AS', 'Įlinkdama fechtuotojo špaga'],
  ['Vietnamese_CI_AS', 'Đ ă â ê ô ơ ư ₫'],
  ['Thai_CI_AS', 'เป็นมนุษย์สุดประเสริฐ'],
  ['Japanese_CI_AS', 'いろはにほへと ｱｲｳ 表示ソ能'],
  ['Chinese_PRC_CI_AS', '天地玄黄，宇宙洪荒。'],
  ['Korean_Wansung_CI_AS', '키스의 고유조건은 똠방각하'],
  ['Chinese_Taiwan_Stroke_CI_AS', '視野無限廣，許功蓋'],
];

/** Further ones of the same code pages, which only a real server has. */
export const FURTHER_COLLATIONS: readonly (readonly [collation: string, text: string])[] = [
  ['Latin1_General_BIN2', LATIN_1],
  ['Latin1_General_100_CS_AS', LATIN_1],
  ['SQL_Latin1_General_CP850_BIN2', 'Façade ß Ø ░█'],
  ['SQL_Latin1_General_CP1253_CI_AS', 'Ξεσκεπάζω'],
  ['Japanese_XJIS_100_CI_AS', 'いろはにほへと 表示ソ能'],
  ['Japanese_XJIS_140_CI_AS_UTF8', 'いろはにほへと 𠮷野家'],
  ['Chinese_PRC_90_CI_AS', '天地玄黄，宇宙洪荒。'],
  ['Chinese_Simplified_Pinyin_100_CI_AS', '天地玄黄，宇宙洪荒。'],
  ['Chinese_Hong_Kong_Stroke_90_CI_AS', '視野無限廣'],
  ['Chinese_Traditional_Bopomofo_100_CI_AS', '視野無限廣'],
  ['Korean_90_CI_AS', '키스의 고유조건은'],
  ['Thai_100_CI_AS', 'เป็นมนุษย์'],
  ['Hebrew_100_CI_AS', 'דג סקרן'],
  ['Persian_100_CI_AS', 'صِف خَلقَ'],
  ['Ukrainian_100_CI_AS', 'Жебракують філософи'],
  ['Serbian_Cyrillic_100_CI_AS', 'Фијуче ветар'],
  ['Serbian_Latin_100_CI_AS', 'Čežnja šoljice'],
  ['Czech_100_CI_AS', 'Příliš žluťoučký kůň'],
  ['Estonian_100_CI_AS', 'Põdur Zagrebi tšellomängija'],
  ['Vietnamese_100_CI_AS', 'Đ ă â ê ô ơ ư ₫'],
];
