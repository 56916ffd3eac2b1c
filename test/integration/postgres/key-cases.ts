/** A table with a key: its columns, the key, and rows of the key's columns as SQL, in any order. */
export interface KeyCase {
  readonly name: string;
  readonly columns: string;
  readonly key: readonly string[];
  readonly rows: readonly string[];
}

/** What the cases need to be there before. */
export const KEY_CASE_SETUP = `
  CREATE TYPE mood AS ENUM ('sad', 'so so', 'it''s', 'glücklich');
  CREATE TYPE pair AS (a int, b text);
  CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE DOMAIN price AS numeric(10,3);
  CREATE DOMAIN nickname AS text COLLATE any_case;
  CREATE SCHEMA "off the path";
  CREATE EXTENSION citext SCHEMA "off the path"`;

const TEXTS = [
  "''",
  "' '",
  "'a'",
  "'A'",
  "'b'",
  "'Ä'",
  "'it''s'",
  `'say "x"'`,
  "'100%'",
  "E'back\\\\slash'",
  "E'line\\nbreak'",
  "E'tab\\t'",
  "'🦆'",
  "'漢字'",
  "E'\\uFEFFmark'",
  "'mark'",
  "'$1'",
  "'{1,2}'",
  "'NULL'",
  "repeat('z', 2000)",
];
const BY_CASE = ["'b'", "'A'", "'c'", "'B '", "'d'", "'Ä'", "'_'", "'aa'", "'10'", "'9'", "''"];

function one(type: string, rows: readonly string[]): KeyCase {
  return { name: type, columns: `k ${type} NOT NULL`, key: ['k'], rows };
}

export const KEY_CASES: readonly KeyCase[] = [
  one('int2', ['0', '-32768', '32767', '-1', '7']),
  one('int4', ['0', '-2147483648', '2147483647', '-1', '7']),
  one('int8', ['0', '-9223372036854775808', '9223372036854775807', '-1', '9007199254740993', '9007199254740992']),
  one('bool', ['true', 'false']),
  one('text', TEXTS),
  one('text COLLATE "en-x-icu"', TEXTS),
  one('text COLLATE any_case', BY_CASE),
  one('nickname', BY_CASE),
  one('"off the path".citext', BY_CASE),
  one('varchar(5)', ["'b'", "'a'", "'ünd'", "'zzzzz'", "''", "'  '"]),
  one('char(6)', ["'b'", "'a'", "'ünd'", "'zzzzzz'", "''"]),
  one('name', ["'b'", "'A'", "'a'", "''"]),
  one('uuid', [
    "'00000000-0000-0000-0000-000000000000'",
    "'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'",
    "'01234567-89ab-cdef-0123-456789abcdef'",
  ]),
  one('bytea', ["'\\x'", "'\\x00'", "'\\xff00'", "'\\xff'", "'\\x5c78'", "decode(repeat('ab', 600), 'hex')"]),
  one('numeric(12,2)', ['0', '0.01', '-0.01', '9999999999.99', '-9999999999.99', '10', '9']),
  one('numeric', ["'nan'", "'infinity'", "'-infinity'", `${'9'.repeat(90)}.${'1'.repeat(40)}`, '1.10', '0', '1e-200']),
  one('float8', ["'nan'", "'inf'", "'-inf'", '-0.0', '5e-324', '0.1', '0.30000000000000004', '0.3', '-1e300']),
  one('float4', ["'nan'", "'inf'", "'-inf'", '-0.0', '1e-45', '0.1', '16777216', '16777215', '3.4028235e38']),
  one('date', ["'4713-01-01 BC'", "'0001-12-31 BC'", "'1970-01-01'", "'5874897-12-31'", "'infinity'", "'-infinity'"]),
  one('time', ["'00:00'", "'23:59:59.999999'", "'24:00:00'", "'12:34:56.7'"]),
  one('timetz', ["'00:00+15:59'", "'24:00:00-15:59:59'", "'12:34:56.789012+05:30'"]),
  one('timestamp', [
    "'4713-01-01 00:00:00 BC'",
    "'0001-12-31 23:59:59.999999 BC'",
    "'1970-01-01 00:00:00.000001'",
    "'1970-01-01'",
    "'294247-01-10 04:00:54.775806'",
    "'infinity'",
    "'-infinity'",
  ]),
  one('timestamptz(3)', [
    "'2024-03-31 02:30:00.123+02'",
    "'2024-03-31 02:30:00.124+02'",
    "'1883-11-18 12:03:58-04:56:02'",
  ]),
  one('interval', ["'1 year 2 mons 3 days 04:05:06.789'", "'-1 mon +1 day -00:00:00.000001'", "'0'", "'infinity'"]),
  one('mood', ["'so so'", "'glücklich'", "'sad'", "'it''s'"]),
  one('price', ['1.5', '-999.999', '0']),
  one('inet', ["'192.168.1.1'", "'10.0.0.0/8'", "'10.1.2.3/8'", "'::1'", "'2001:db8::/32'", "'10.0.0.0'"]),
  one('cidr', ["'10.0.0.0/8'", "'192.168.1.1/32'", "'2001:db8::/32'"]),
  one('macaddr', ["'08:00:2b:01:02:03'", "'00:00:00:00:00:01'"]),
  one('money', ["'-92233720368547758.08'", "'92233720368547758.07'", "'0'", "'12.34'"]),
  one('bit(5)', ["B'10101'", "B'00000'", "B'11111'"]),
  one('varbit', ["B''", "B'1'", "B'10'", "B'01'"]),
  one('oid', ['0', '4294967295', '77']),
  one('"char"', ["'a'", "''", "'Z'"]),
  one('jsonb', ['\'{"b":1,"a":[1,2.50]}\'', "'\"it''s\"'", "'null'", "'1.0'", "'[]'"]),
  one('int4[]', ["'{}'", "'{1,null,-3}'", "'{1,2}'", "'{{1,2},{3,4}}'"]),
  one('text[]', ["ARRAY['a,b', 'q\"', '', null, 'NULL']", "'{}'", "ARRAY['b']"]),
  one('int4range', ["'[1,5)'", "'empty'", "'(,)'", "'[2,3)'"]),
  one('pair', ["ROW(1, 'a,b')", "ROW(1, 'it''s')", "ROW(-1, '')"]),
  one('pg_lsn', ["'16/B374D848'", "'0/0'", "'FFFFFFFF/1'"]),
  {
    name: 'three columns of different types',
    columns: 'a text COLLATE "en-x-icu", b numeric(9,3), c timestamptz',
    key: ['a', 'b', 'c'],
    rows: ["'b'", "'a'", "'Ä'"].flatMap((a) =>
      ['-1', '0.5'].flatMap((b) => ["'2024-01-01'", "'infinity'"].map((c) => `${a}, ${b}, ${c}`)),
    ),
  },
  {
    name: 'columns in another order than that of the table, one of them with quotes in its name',
    columns: '"a ""b""" int, other text DEFAULT \'x\', "C" bytea',
    key: ['C', 'a "b"'],
    rows: ['1', '2', '3'].flatMap((a) => ["DEFAULT, '\\x00'", "'y', '\\xff'"].map((rest) => `${a}, ${rest}`)),
  },
  {
    name: 'columns whose comparisons are in two schemas',
    columns: 'a "off the path".citext, b int, c "off the path".citext',
    key: ['a', 'b', 'c'],
    rows: ["'b'", "'A'", "'c'"].flatMap((a) =>
      ['2', '10'].flatMap((b) => ["'Y'", "'x'"].map((c) => `${a}, ${b}, ${c}`)),
    ),
  },
];
