import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source } from '../../../shared/source/source.ts';
import { REAL_SUBJECTS, SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { land } from './reading.ts';
import { fill, sourceOn, wholeTable } from './suite-tables.ts';
import { COLLATED_TEXTS, FURTHER_COLLATIONS, type TypeCase } from './suite-type-cases.ts';

/** A row has 8,060 bytes, and these values up to 16. */
const COLUMNS_PER_TABLE = 300;

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

describe.each(SUBJECTS)('on $title', ({ start }) => {
  beforeAll(async () => await open(start));
  afterAll(close);

  it.each(COLLATED_TEXTS)('a text of %s lands decoded', async (collation, text) => {
    const table = `in ${collation}`;
    const name = server.named(table);
    const columns = ['char(150)', 'varchar(200)', 'varchar(max)', 'text'].map(
      (type, i) => `v${i + 1} ${type} COLLATE ${collation} NULL`,
    );
    // A UTF-8 collation has no text.
    const kept = collation.endsWith('UTF8') ? columns.slice(0, 3) : columns;
    const values = kept.map(() => `N'${text}'`).join(', ');
    await server.run(`CREATE TABLE ${name} (${kept.join(', ')})`, `INSERT INTO ${name} VALUES (${values})`);
    const asked = await server.ask(
      `SELECT ${kept.map((_, i) => `CONVERT(nvarchar(max), v${i + 1})`).join(', ')} FROM ${name}`,
    );
    const { batches } = await land(source, wholeTable(server, table));
    const found = kept.map((_, i) => landedTexts(batches, i)[0]!.trimEnd());
    expect(found).toEqual(asked[0]!.map((each) => each!.trimEnd()));
    expect(found).toEqual(kept.map(() => text));
  });
});

for (const { title, start } of REAL_SUBJECTS) {
  describe(`only on ${title}`, () => {
    beforeAll(async () => await open(start));
    afterAll(close);

    it.each(FURTHER_COLLATIONS)('a text of %s lands decoded', async (collation, text) => {
      const each: TypeCase = { type: `varchar(200) COLLATE ${collation}`, values: [`N'${text}'`], print: (v) => v };
      await fill(server, `in ${collation}`, each);
      const { batches } = await land(source, wholeTable(server, `in ${collation}`));
      expect(landedTexts(batches, 1)).toEqual([text, undefined]);
    });

    it('a text of every collation that the server has lands decoded', async () => {
      const found = await server.ask(
        `SELECT name, CONVERT(varchar(10), COLLATIONPROPERTY(name, 'CodePage')) FROM sys.fn_helpcollations()
          ORDER BY name`,
      );
      const samples = new Map<string, string>();
      for (const [name, codePage] of found) {
        const sample = COLLATED_TEXTS.find(([collation]) => collation === name);
        if (sample !== undefined) samples.set(codePage!, sample[1].slice(0, 8));
      }
      // Those of code page 0 are for nvarchar only.
      const usable = found.filter(([, codePage]) => codePage !== null && codePage !== '0');
      expect(usable.length).toBeGreaterThan(1_000);
      for (let from = 0; from < usable.length; from += COLUMNS_PER_TABLE) {
        await compareCollations(`collations from ${from}`, usable.slice(from, from + COLUMNS_PER_TABLE), samples);
      }
    });

    async function compareCollations(
      table: string,
      collations: readonly (string | null)[][],
      samples: ReadonlyMap<string, string>,
    ): Promise<void> {
      const name = server.named(table);
      const columns = collations.map(([collation], i) => `c${i} varchar(24) COLLATE ${collation} NULL`);
      const values = collations.map(([, codePage]) => `N'${samples.get(codePage!) ?? 'ASCII'}'`);
      await server.run(
        `CREATE TABLE ${name} (${columns.join(', ')})`,
        `INSERT INTO ${name} VALUES (${values.join(', ')})`,
      );
      const prints = collations.map((_, i) => `CONVERT(nvarchar(24), c${i})`);
      const [asked] = await server.ask(`SELECT ${prints.join(', ')} FROM ${name}`);
      const { batches } = await land(source, wholeTable(server, table));
      const texts = collations.map(([collation], i) => [collation, landedTexts(batches, i)[0]]);
      expect(texts).toEqual(collations.map(([collation], i) => [collation, asked![i]]));
    }
  });
}
