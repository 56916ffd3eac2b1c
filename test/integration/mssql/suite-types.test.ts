import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../shared/config/config.ts';
import { SOURCE_TYPE_KEY } from '../../../shared/source/columns/record-batches.ts';
import type { Source } from '../../../shared/source/source.ts';
import { REAL_SUBJECTS, SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { land } from './reading.ts';
import { fill, printedByServer, sourceOn, wholeTable } from './suite-tables.ts';
import {
  MOMENT_CASES,
  NUMBER_CASES,
  OTHER_CASES,
  spellTimestamp,
  type TypeCase,
  VARIANT_CASES,
} from './suite-type-cases.ts';

type Texts = (string | undefined)[];

const LONG = 200;

/** In the spelling of the case; long ones by their hash, so that a difference can be read. */
function spelled(texts: Texts, { spell = (text) => text }: Pick<TypeCase, 'spell'>): Texts {
  return texts.map((text) => {
    const whole = text && spell(text);
    if (whole === undefined || whole.length <= LONG) return whole;
    return `${whole.length} characters, sha256 ${createHash('sha256').update(whole).digest('hex')}`;
  });
}

const NVARCHAR = (value: string): string => `CONVERT(nvarchar(max), ${value})`;
const HEX = (value: string): string => `LOWER(CONVERT(varchar(max), CONVERT(varbinary(max), ${value}), 2))`;

/** What only the server itself can make. */
const MADE_BY_SERVER: readonly TypeCase[] = [
  {
    type: 'hierarchyid',
    values: ["CONVERT(hierarchyid, '/1/2.5/3/')", 'hierarchyid::GetRoot()', "CONVERT(hierarchyid, '/-1/1000000/')"],
    print: HEX,
  },
  {
    type: 'geography',
    values: [
      'geography::Point(51.5, -0.12, 4326)',
      "geography::STGeomFromText('LINESTRING(-122.36 47.656, -122.343 47.656 7 8)', 4326)",
    ],
    print: HEX,
  },
  {
    type: 'geometry',
    values: ["geometry::STGeomFromText('POLYGON((0 0, 150 0, 150 150, 0 150, 0 0))', 0)"],
    print: HEX,
  },
  {
    type: 'xml',
    values: [
      "CONVERT(xml, N'<?xml version=\"1.0\"?><!-- c --><a b=''1''>x&lt;y<![CDATA[ <z> ]]></a>')",
      "CONVERT(xml, N'two <b/> pieces')",
    ],
    print: NVARCHAR,
  },
  {
    type: 'float',
    values: ['PI()', 'EXP(1)', 'RAND(7)', '1.0E0 / 3', '-1.0E0 / 3E300', 'CONVERT(float, 9007199254740993)'],
    print: (value) => `CONVERT(varchar(60), ${value}, 3)`,
    spell: (text) => String(Number(text)),
  },
  {
    type: 'datetimeoffset(7)',
    values: ['SYSDATETIMEOFFSET()', "SWITCHOFFSET(CONVERT(datetimeoffset(7), SYSUTCDATETIME()), '-13:59')"],
    print: (value) => `CONVERT(varchar(40), ${value}, 126)`,
  },
  { type: 'nvarchar(20)', values: ["NCHAR(0xD83D) + NCHAR(0xDE00) + N'ok'"], print: NVARCHAR },
];

const HIGHEST_PRECISION = 38;
let server: SubjectServer;
let source: Source;

async function open(start: () => Promise<SubjectServer>): Promise<void> {
  server = await start();
  source = sourceOn(server);
}

async function close(): Promise<void> {
  await source?.close();
  await server?.close();
}

async function landed(table: string, temporal: Temporal, column = 1) {
  const read = await land(source, wholeTable(server, table, { temporal }));
  return { ...read, texts: landedTexts(read.batches, column) };
}

describe.each(SUBJECTS)('on $title', ({ start }) => {
  beforeAll(async () => await open(start));
  afterAll(close);

  describe('a column lands as the server prints it:', () => {
    it.each([...NUMBER_CASES, ...MOMENT_CASES, ...OTHER_CASES])('$type', async (each) => {
      const table = `all ${each.type}`;
      await fill(server, table, each);
      const expected = spelled(await printedByServer(server, table, each), each);
      expect(expected.filter((text) => text === undefined)).toHaveLength(1);
      const { texts, schema, serverRows, lossyValues, primaryKey } = await landed(table, 'text');
      expect(spelled(texts, each)).toEqual(expected);
      expect([serverRows, primaryKey, lossyValues.size]).toEqual([expected.length, ['id'], 0]);
      expect(schema.fields[1]!.metadata.get(SOURCE_TYPE_KEY)).toBe(each.type);
    });

    it('rowversion', async () => {
      await server.run(
        `CREATE TABLE ${server.named('versions')} (id int NOT NULL PRIMARY KEY, v rowversion NOT NULL)`,
        `INSERT INTO ${server.named('versions')} (id) VALUES (1), (2), (3)`,
        `UPDATE ${server.named('versions')} SET id = 20 WHERE id = 2`,
      );
      const print = (value: string): string => `LOWER(CONVERT(varchar(16), CONVERT(binary(8), ${value}), 2))`;
      const expected = await printedByServer(server, 'versions', { print });
      expect(new Set(expected).size).toBe(3);
      expect((await landed('versions', 'micros')).texts).toEqual(expected);
    });

    it('char and nchar with their blanks', async () => {
      await server.run(
        `CREATE TABLE ${server.named('padded')} (id int NOT NULL, v char(5) NOT NULL, w nchar(3) NOT NULL)`,
        `INSERT INTO ${server.named('padded')} (id, v, w) VALUES (1, 'ab', N'表'), (2, '', N'')`,
      );
      expect((await landed('padded', 'micros', 1)).texts).toEqual(['ab   ', '     ']);
      expect((await landed('padded', 'micros', 2)).texts).toEqual(['表  ', '   ']);
    });
  });

  describe.each([
    ['micros', 6],
    ['nanos', 9],
  ] as const)('with temporal %s', (temporal, digits) => {
    const isCounted = (text: string | undefined): boolean => digits < 7 && /\.\d{6}[1-9]/.test(text ?? '');
    // A timestamp of nanoseconds has room for the years 1677 to 2262.
    const values = (each: TypeCase): TypeCase => {
      const inRange = each.values.filter((value) => temporal === 'micros' || !/N'(0001|9999)/.test(value));
      return { ...each, values: inRange };
    };
    const cases = MOMENT_CASES.filter(({ type }) => /^(time|datetime2|datetime$|smalldatetime)/.test(type));

    it.each(cases)('$type lands with what fits, and the rest is counted', async (each) => {
      const table = `${temporal} ${each.type}`;
      await fill(server, table, values(each));
      const printedTexts = await printedByServer(server, table, each);
      const lossy = printedTexts.filter(isCounted).length;
      const { texts, lossyValues } = await landed(table, temporal);
      expect(texts).toEqual(printedTexts.map((text) => text && spellTimestamp(text, digits)));
      expect([...lossyValues]).toEqual(lossy === 0 ? [] : [['v', lossy]]);
    });
  });

  describe('a sql_variant lands as the text of what is in it:', () => {
    const texts: Texts[] = VARIANT_CASES.map(() => []);

    beforeAll(async () => {
      const name = server.named('variants');
      await server.run(
        `CREATE TABLE ${name} (kind int NOT NULL, id int NOT NULL, v sql_variant NULL, PRIMARY KEY (kind, id))`,
      );
      for (const [kind, { type, values }] of VARIANT_CASES.entries()) {
        for (const [id, value] of [...values, 'NULL'].entries()) {
          await server.run(`INSERT INTO ${name} (kind, id, v) VALUES (${kind}, ${id}, CONVERT(${type}, ${value}))`);
        }
      }
      const { batches } = await land(source, wholeTable(server, 'variants'));
      const inner = landedTexts(batches, 2);
      for (const [row, kind] of landedTexts(batches, 0).entries()) texts[Number(kind)]!.push(inner[row]);
    });

    it.each(VARIANT_CASES.map((each, kind) => ({ ...each, kind })))('$type', async (each) => {
      const rows = await server.ask(
        `SELECT ${each.print(`CONVERT(${each.type}, v)`)} FROM ${server.named('variants')} WHERE kind = ${each.kind} ORDER BY id`,
      );
      const expected = rows.map(([text]) => text ?? undefined);
      expect(spelled(texts[each.kind]!, each)).toEqual(spelled(expected, each));
    });
  });
});

for (const { title, start } of REAL_SUBJECTS) {
  describe(`only on ${title}`, () => {
    beforeAll(async () => await open(start));
    afterAll(close);

    it.each(MADE_BY_SERVER)('$type lands as the server prints what it made', async (each) => {
      const table = `made ${each.type}`;
      await fill(server, table, each);
      const { spell = (text: string) => text } = each;
      const printed = await printedByServer(server, table, each);
      expect((await landed(table, 'text')).texts.map((text) => text && spell(text))).toEqual(
        printed.map((text) => text && spell(text)),
      );
    });

    it('json lands as its text, where the server has it', async () => {
      const [known] = await server.ask("SELECT CONVERT(varchar(5), COUNT(*)) FROM sys.types WHERE name = 'json'");
      if (known![0] === '0') return;
      const each = { type: 'json', values: [`N'{"a":[1,2.50,"表"],"b":null}'`], print: NVARCHAR };
      await fill(server, 'documents', each);
      expect((await landed('documents', 'text')).texts).toEqual(await printedByServer(server, 'documents', each));
    });

    it('every precision of decimal lands exactly', async () => {
      const precisions = Array.from({ length: HIGHEST_PRECISION }, (_, i) => i + 1);
      const cases = precisions.flatMap((precision) =>
        [...new Set([0, precision >> 1, precision])].map((scale) => ({ precision, scale })),
      );
      const table = server.named('precisions');
      const columns = cases.map(({ precision, scale }, i) => `c${i} decimal(${precision},${scale}) NOT NULL`);
      const most = cases.map(({ precision, scale }) => `${'9'.repeat(precision - scale)}.${'9'.repeat(scale)}`);
      await server.run(
        `CREATE TABLE ${table} (${columns.join(', ')})`,
        `INSERT INTO ${table} VALUES (${most.join(', ')}), (${most.map((value) => `-${value}`).join(', ')})`,
      );
      const prints = cases.map((_, i) => `CONVERT(varchar(60), c${i})`);
      const asked = await server.ask(`SELECT ${prints.join(', ')} FROM ${table} ORDER BY c0 DESC`);
      const { batches } = await land(source, wholeTable(server, 'precisions'));
      const columnsLanded = cases.map((_, i) => landedTexts(batches, i).toSorted((a, b) => a!.localeCompare(b!)));
      const columnsAsked = cases.map((_, i) => asked.map((row) => row[i]!).toSorted((a, b) => a.localeCompare(b)));
      expect(columnsLanded).toEqual(columnsAsked);
    });

    it('with temporal utc a datetimeoffset lands as the server shifts it', async () => {
      const each: TypeCase = {
        type: 'datetimeoffset(6)',
        values: [
          '2026-11-22 23:30:00.123456 -03:30',
          '0001-01-01 00:00:00 -14:00',
          '9999-12-31 23:59:59.999999 +14:00',
        ].map((text) => `CONVERT(datetimeoffset(6), N'${text}')`),
        print: (value) => `CONVERT(varchar(26), CONVERT(datetime2(6), SWITCHOFFSET(${value}, '+00:00')), 121)`,
      };
      await fill(server, 'shifted', each);
      const printed = await printedByServer(server, 'shifted', each);
      const texts = (await landed('shifted', 'utc')).texts;
      expect(texts).toEqual(printed.map((text) => text && spellTimestamp(text, 6)));
    });

    it('half a surrogate pair is replaced and counted', async () => {
      const values = ["N'a' + NCHAR(0xD83D)", "NCHAR(0xDE00) + N'b'", "N'whole'"];
      await fill(server, 'halves', { type: 'nvarchar(10)', values, print: NVARCHAR });
      const { texts, lossyValues } = await landed('halves', 'text');
      expect(texts).toEqual(['a\ufffd', '\ufffdb', 'whole', undefined]);
      expect([...lossyValues]).toEqual([['v', 2]]);
    });
  });
}
