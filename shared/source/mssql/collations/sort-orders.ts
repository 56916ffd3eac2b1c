import type { CodePage } from './code-pages.ts';

/**
 * Code pages of the SQL collations (SQL_*) and of the sort orders of SQL Server 6 and 7, as ranges of sort ids, both ends
 * included. Sort ids are those of sys.fn_helpcollations() and of syscharsets; an id within a range that was never
 * given out does not come.
 */
const RANGES: readonly (readonly [number, number, CodePage])[] = [
  [30, 35, 437], // SQL_Latin1_General_CP437_*
  [40, 49, 850], // SQL_Latin1_General_CP850_*, SQL_1xCompat_CP850_CI_AS
  [50, 54, 1252], // bin_iso_1, SQL_Latin1_General_CP1_*
  [55, 61, 850], // SQL_AltDiction_*, SQL_Scandinavian_*
  [71, 75, 1252], // SQL_Latin1_General_CP1_* and the Nordic ones of version 7
  [80, 98, 1250], // SQL_*_CP1250_*
  [104, 108, 1251], // SQL_Latin1_General_CP1251_*, SQL_Ukrainian_*
  [112, 124, 1253], // SQL_*_CP1253_*
  [128, 130, 1254], // SQL_Latin1_General_CP1254_*
  [136, 138, 1255], // SQL_Latin1_General_CP1255_*
  [144, 146, 1256], // SQL_Latin1_General_CP1256_*
  [152, 160, 1257], // SQL_Latin1_General_CP1257_*, SQL_Estonian_*, SQL_Latvian_*, SQL_Lithuanian_*
  [183, 186, 1252], // SQL_Danish_Pref_*, SQL_Swedish*_Pref_*, SQL_Icelandic_Pref_*
  [192, 193, 932],
  [194, 195, 949],
  [196, 197, 950],
  [198, 199, 936],
  [200, 200, 932],
  [201, 201, 949],
  [202, 202, 950],
  [203, 203, 936],
  [204, 206, 874],
  [210, 217, 1252], // SQL_EBCDIC*_CP1_CS_AS: only their order is EBCDIC's
];

export function codePageOfSortOrder(sortId: number): CodePage | undefined {
  return RANGES.find(([first, last]) => first <= sortId && sortId <= last)?.[2];
}
