import { type CaptureName, capture, wireValue } from './tds/captures.ts';
import type { CollationName } from './tds/collations.ts';
import type { WireColumn, WireType, WireValue } from './tds/wire-types.ts';

/** A table for one family of types; its first column `id` numbers the rows from 1. */
export interface Family {
  readonly name: string;
  readonly columns: readonly WireColumn[];
  readonly rows: readonly (readonly WireValue[])[];
}

type Column = readonly [name: string, type: WireType, values: readonly WireValue[]];

const ID: WireColumn = { name: 'id', type: { kind: 'int', nullable: false } };

/** Columns of any length side by side; a row of NULLs is the last. */
function family(name: string, columns: readonly Column[]): Family {
  const rowCount = Math.max(...columns.map(([, , values]) => values.length)) + 1;
  const rows = Array.from({ length: rowCount }, (_, row) => [
    String(row + 1),
    ...columns.map(([, type, values]) => values[row] ?? (type.nullable === false ? values[0]! : null)),
  ]);
  return { name, columns: [ID, ...columns.map(([column, type]) => ({ name: column, type }))], rows };
}

const decimal = (precision: number, scale: number, ...values: string[]): Column => [
  `d${precision}_${scale}`,
  { kind: precision % 2 === 0 ? 'decimal' : 'numeric', precision, scale },
  values,
];
const nines = (count: number): string => '9'.repeat(count);

const NUMBERS = family('edge_numbers', [
  ['flag', { kind: 'bit' }, ['1', '0']],
  ['tiny', { kind: 'tinyint' }, ['0', '255']],
  ['small', { kind: 'smallint' }, ['-32768', '32767']],
  ['four', { kind: 'int', nullable: false }, ['-2147483648', '2147483647', '0']],
  ['big', { kind: 'bigint' }, ['-9223372036854775808', '9223372036854775807', '9007199254740993']],
  decimal(1, 0, '-9', '9', '0'),
  decimal(9, 9, '0.123456789', '-0.000000001'),
  decimal(18, 6, `${nines(12)}.999999`, '-0.000001', '0.000000'),
  decimal(19, 0, nines(19), `-${nines(19)}`),
  decimal(28, 10, `${nines(18)}.${nines(10)}`, '-123456789012345678.0123456789'),
  decimal(38, 0, nines(38), `-${nines(38)}`, '12345678901234567890123456789012345678'),
  decimal(38, 38, `0.${nines(38)}`, `-0.${'0'.repeat(37)}1`),
  ['cash', { kind: 'money' }, ['922337203685477.5807', '-922337203685477.5808', '0.0001']],
  ['coins', { kind: 'smallmoney' }, ['214748.3647', '-214748.3648', '0.0000']],
  ['float', { kind: 'float' }, ['1.7976931348623157e+308', '5e-324', '0.1', '-123456789.12345678']],
  ['real', { kind: 'real' }, ['3.4028234663852886e+38', '0.0124', '-0.1', '16777216']],
  ['version', { kind: 'rowversion', nullable: false }, ['00000000000007d1', 'ffffffffffffffff']],
]);

const SCALES = [0, 1, 2, 3, 4, 5, 6, 7];
const fraction = (scale: number, digits: string): string => (scale === 0 ? '' : `.${digits.slice(0, scale)}`);

const MOMENTS = family('edge_moments', [
  ['date', { kind: 'date' }, ['0001-01-01', '9999-12-31', '1582-10-15', '2024-02-29']],
  ['datetime', { kind: 'datetime' }, ['1753-01-01 00:00:00.000', '9999-12-31 23:59:59.997', '1969-12-31 23:59:59.993']],
  ['small', { kind: 'smalldatetime' }, ['1900-01-01 00:00', '2079-06-06 23:59']],
  ...SCALES.flatMap((scale): Column[] => [
    [
      `t${scale}`,
      { kind: 'time', scale },
      [`00:00:00${fraction(scale, '0000000')}`, `23:59:59${fraction(scale, nines(7))}`],
    ],
    [
      `d${scale}`,
      { kind: 'datetime2', scale },
      ['0001-01-01 00:00:00', '9999-12-31 23:59:59', '1969-12-31 23:59:59'].map(
        (moment, row) => `${moment}${fraction(scale, ['0000000', nines(7), '1234567'][row]!)}`,
      ),
    ],
    [
      `o${scale}`,
      { kind: 'datetimeoffset', scale },
      ['0001-01-02 00:00:00 +14:00', '9999-12-30 23:59:59 -14:00', '2026-11-22 13:46:50 +05:30'].map((moment) =>
        moment.replace(' +', `${fraction(scale, '1234567')} +`).replace(' -', `${fraction(scale, nines(7))} -`),
      ),
    ],
  ]),
]);

const varchar = (name: string, collation: CollationName, ...values: string[]): Column => [
  name,
  { kind: 'varchar', length: 200, collation },
  values,
];
const AWKWARD = 'a "quoted", name\r\nsecond line\ttab \\ back\u0001';
const EMOJI = 'Zoë 🚀👩‍👩‍👧 日本語 𝒳';
const LONG = 'long text with 🚀, "quotes" and Ω; '.repeat(800);

const STRINGS = family('edge_strings', [
  ['fixed', { kind: 'char', length: 12 }, ['abc         ', '€ "q", ž    ', '            ']],
  varchar('latin', 'SQL_Latin1_General_CP1_CI_AS', '', 'Šálek €5 – “ok”', AWKWARD, ' '),
  varchar('dos', 'SQL_Latin1_General_CP437_CI_AS', '╔═╗ ñ', ''),
  varchar('polish', 'Polish_CI_AS', 'zażółć gęślą jaźń'),
  varchar('cyrillic', 'Cyrillic_General_CI_AS', 'Съешь ещё этих мягких булок №5', '', AWKWARD),
  varchar('greek', 'Greek_CI_AS', 'Ελληνικά'),
  varchar('thai', 'Thai_CI_AS', 'ภาษาไทย'),
  varchar('japanese', 'Japanese_CI_AS', '日本語テキスト ｶﾅ', '表示', ''),
  varchar('chinese', 'Chinese_PRC_CI_AS', '简体中文'),
  varchar('utf8', 'Latin1_General_100_CI_AS_SC_UTF8', EMOJI, '', AWKWARD),
  ['national', { kind: 'nvarchar', length: 100 }, [EMOJI, '', AWKWARD, 'NULL']],
  ['padded', { kind: 'nchar', length: 6 }, ['🚀 ab ', 'ab    ']],
  ['long', { kind: 'varchar', length: 'max' }, ['x'.repeat(20_000), '', AWKWARD]],
  ['long_utf8', { kind: 'varchar', length: 'max', collation: 'Japanese_100_CI_AS_SC_UTF8' }, [LONG]],
  ['long_national', { kind: 'nvarchar', length: 'max' }, [LONG, '', EMOJI]],
  ['old', { kind: 'text', collation: 'Cyrillic_General_CI_AS' }, ['Война и мир '.repeat(500), '']],
  ['old_national', { kind: 'ntext' }, [LONG, '']],
]);

const VARIANTS: readonly WireValue[] = [
  { of: { kind: 'int' }, text: '-7' },
  { of: { kind: 'bigint' }, text: '9223372036854775807' },
  { of: { kind: 'bit' }, text: '1' },
  { of: { kind: 'decimal', precision: 38, scale: 10 }, text: '1234567890123456789012345678.0123456789' },
  { of: { kind: 'money' }, text: '922337203685477.5807' },
  { of: { kind: 'float' }, text: '0.1' },
  { of: { kind: 'date' }, text: '2026-11-22' },
  { of: { kind: 'time', scale: 7 }, text: '13:46:50.1234567' },
  { of: { kind: 'datetime2', scale: 7 }, text: '2026-11-22 13:46:50.1234567' },
  { of: { kind: 'datetimeoffset', scale: 3 }, text: '2026-11-22 13:46:50.123 -03:00' },
  { of: { kind: 'varchar', length: 20, collation: 'Cyrillic_General_CI_AS' }, text: 'Привет' },
  { of: { kind: 'nvarchar', length: 40 }, text: EMOJI },
  { of: { kind: 'varbinary', length: 4 }, text: 'deadbeef' },
  { of: { kind: 'uniqueidentifier' }, text: '886B623E-2F82-7F4B-1C77-ACE098F1D39A' },
];

const OTHERS = family('edge_others', [
  [
    'guid',
    { kind: 'uniqueidentifier' },
    ['886B623E-2F82-7F4B-1C77-ACE098F1D39A', `${'0'.repeat(8)}-${'0000-'.repeat(3)}${'0'.repeat(12)}`],
  ],
  ['bytes', { kind: 'binary', length: 4 }, ['00000000', 'deadbeef']],
  ['varying', { kind: 'varbinary', length: 10 }, ['', '00', 'ff00ff']],
  ['blob', { kind: 'varbinary', length: 'max' }, ['00ff'.repeat(30_000), '']],
  ['image', { kind: 'image' }, ['0102030405', '']],
  ['place', { kind: 'hierarchyid' }, ['5ac0', '']],
  ['area', { kind: 'geography' }, ['e6100000010c0000000000004a400000000000002440']],
  ['xml', { kind: 'xml' }, ['<r k="1">é🚀&amp;"q"</r>', '']],
  ['any', { kind: 'sql_variant' }, VARIANTS],
]);

/** A table with what a real server answered. Babelfish's short decimals are sent as SQL Server would. */
function captured(name: CaptureName): Family {
  const { columns, rows } = capture(name);
  const standard = columns.map(({ name: column, type }) => {
    const { valueBytes: _, ...plain } = type as WireType & { valueBytes?: unknown };
    return { name: column, type: plain as WireType };
  });
  const key = [ID, ...standard.slice(1)];
  return { name, columns: key, rows: rows.map((row) => row.map((text, place) => wireValue(key[place]!, text))) };
}

export const FAMILIES: readonly Family[] = [
  NUMBERS,
  MOMENTS,
  STRINGS,
  OTHERS,
  ...(['numbers', 'moments', 'texts', 'wide_nulls'] as const).map(captured),
];
