import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Collation, codepageByLanguageId, codepageBySortId } from 'tedious/lib/collation.js';
import { codePageOf, collationAt } from '../../../../../shared/source/mssql/collations/collation-code-page.ts';

const windows = (lcid: number) => codePageOf({ lcid, flags: 0, sortId: 0 });
const sql = (sortId: number) => codePageOf({ lcid: 0x0409, flags: 0, sortId });

describe("a collation's code page", () => {
  it("agrees with all of tedious' languages", () => {
    const entries = Object.entries(codepageByLanguageId);
    expect(entries.length).toBeGreaterThan(60);
    for (const [lcid, name] of entries) expect([lcid, `CP${windows(Number(lcid))}`]).toEqual([lcid, name]);
  });

  it("agrees with all of tedious' sort ids", () => {
    const entries = Object.entries(codepageBySortId);
    expect(entries.length).toBeGreaterThan(70);
    for (const [sortId, name] of entries) expect([sortId, `CP${sql(Number(sortId))}`]).toEqual([sortId, name]);
  });

  it.each([
    ['Cyrillic_General (Bulgarian)', 0x0402, 1251],
    ['Chinese_Simplified (Singapore)', 0x1004, 936],
    ['Chinese_PRC', 0x0804, 936],
    ['Chinese_Hong_Kong_Stroke', 0x0c04, 950],
    ['Chinese_Macao', 0x1404, 950],
    ['Kyrgyz', 0x0440, 1251],
    ['Uzbek_Cyrillic', 0x0843, 1251],
    ['Uzbek_Latin', 0x0443, 1254],
    ['Azeri_Cyrillic', 0x082c, 1251],
    ['Azeri_Latin', 0x042c, 1254],
    ['Bosnian_Cyrillic', 0x201a, 1251],
    ['Bosnian_Latin', 0x141a, 1250],
    ['Serbian_Cyrillic', 0x0c1a, 1251],
    ['Serbian_Latin', 0x081a, 1250],
    ['Serbian_Latin (Serbia)', 0x241a, 1250],
    ['Lithuanian_Classic', 0x0827, 1257],
    ['Mongolian', 0x0450, 1251],
    ['Arabic (Egypt)', 0x0c01, 1256],
    ['English (UK)', 0x0809, 1252],
  ])('of %s (LCID %i) is %i', (_, lcid, codePage) => {
    expect(windows(lcid)).toBe(codePage);
  });

  it.each([
    ['SQL_Latin1_General_CP437_BIN2', 35, 437],
    ['SQL_Latin1_General_CP850_BIN2', 45, 850],
    ['bin_iso_1', 50, 1252],
    ['bin_cp932', 192, 932],
    ['nls_cp949_cs', 201, 949],
    ['nls_cp950_cs', 202, 950],
    ['nls_cp936_cs', 203, 936],
    ['bin_cp874', 204, 874],
    ['SQL_EBCDIC037_CP1_CS_AS', 210, 1252],
    ['SQL_EBCDIC297_CP1_CS_AS', 217, 1252],
  ])('of %s (sort id %i) is %i', (_, sortId, codePage) => {
    expect(sql(sortId)).toBe(codePage);
  });

  it('is found below the sort order of the language', () => {
    expect(windows(0x1_0407)).toBe(1252); // German_PhoneBook
    expect(windows(0x2_0804)).toBe(936); // Chinese_PRC_Stroke
    expect(windows(0x3_0404)).toBe(950); // Chinese_Taiwan_Bopomofo
    expect(windows(0x4_0411)).toBe(932); // Japanese_XJIS
  });

  it('is UTF-8 by its flag alone', () => {
    expect(codePageOf({ lcid: 0x0411, flags: 0x41, sortId: 0 })).toBe(65_001);
  });

  it('is not guessed: of the Indic languages, which have Unicode only, and of unknown ones', () => {
    for (const lcid of [0x0439, 0x0445, 0x0449, 0x045b, 0x0461, 0x0463, 0x0481, 0x0000, 0xffff]) {
      expect(windows(lcid)).toBeUndefined();
    }
    for (const sortId of [1, 29, 62, 99, 161, 191, 209, 218, 255]) expect(sql(sortId)).toBeUndefined();
  });
});

describe('the five bytes of a collation', () => {
  it('are taken apart as tedious does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
        const { lcid, flags, sortId } = Collation.fromBuffer(Buffer.from(bytes));
        expect(collationAt(Uint8Array.of(0, ...bytes), 1)).toEqual({ lcid, flags, sortId });
      }),
    );
  });
});
