import { MOMENT_CASES, NUMBER_CASES, type TypeCase } from './suite-type-cases.ts';

/** A type of a key's column, its collation included, and values for it. */
export type KeyCase = Pick<TypeCase, 'type' | 'values'>;

const WORDS = [
  "N''",
  "N'a'",
  "N'A b'",
  "N'co-op'",
  "N'coop'",
  "N'it''s \"quoted\"'",
  "N'x; DROP TABLE y --'",
  "N'@from1'",
  "N'Übergröße'",
  "N'z'",
];
const WIDE_WORDS = [
  ...WORDS,
  "N'Zażółć'",
  "N'表'",
  "N'😀 beyond the BMP'",
  "N'😀😀'",
  "N'\ufffd'",
  "N'tab\tand\nline'",
];

const guid = (digits: string): string => `CONVERT(uniqueidentifier, N'${digits}')`;
const BYTES = ['0x01', '0x00FF', '0xFF00FF', '0x000102030405060708090A0B0C0D0E0F', '0x7F', '0x80'];

const OTHER_KEYS: readonly KeyCase[] = [
  {
    type: 'uniqueidentifier',
    values: [
      guid('00000000-0000-0000-0000-000000000001'),
      guid('01000000-0000-0000-0000-000000000000'),
      guid('00000000-0100-0000-0000-000000000000'),
      guid('00000000-0000-0000-0100-000000000000'),
      guid('886B623E-2F82-7F4B-1C77-ACE098F1D39A'),
      guid('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'),
    ],
  },
  { type: 'char(30)', values: WORDS },
  { type: 'varchar(30)', values: WORDS },
  { type: 'varchar(30) COLLATE SQL_Latin1_General_CP1_CI_AS', values: WORDS },
  { type: 'varchar(30) COLLATE Latin1_General_CS_AS', values: WORDS },
  { type: 'varchar(30) COLLATE Latin1_General_BIN2', values: WORDS },
  { type: 'varchar(60) COLLATE Latin1_General_100_CI_AS_SC_UTF8', values: WIDE_WORDS },
  { type: 'varchar(30) COLLATE Cyrillic_General_CI_AS', values: ["N'Съешь'", "N'же'", "N'ещё'", "N'a-b'"] },
  { type: 'nchar(30)', values: WIDE_WORDS },
  { type: 'nvarchar(30)', values: WIDE_WORDS },
  { type: 'nvarchar(30) COLLATE Latin1_General_BIN2', values: WIDE_WORDS },
  { type: 'binary(16)', values: BYTES },
  { type: 'varbinary(16)', values: BYTES },
];

/** Every type that can be a key, but for rowversion, whose values are the server's own. */
export const KEY_CASES: readonly KeyCase[] = [...NUMBER_CASES, ...MOMENT_CASES, ...OTHER_KEYS];
