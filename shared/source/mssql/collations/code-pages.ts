/** Every code page that a collation of SQL Server has, UTF-8 apart. */
export type CodePage =
  | 437
  | 850
  | 874
  | 932
  | 936
  | 949
  | 950
  | 1250
  | 1251
  | 1252
  | 1253
  | 1254
  | 1255
  | 1256
  | 1257
  | 1258;

export type Utf8CodePage = 65001;
export const UTF8_CODE_PAGE: Utf8CodePage = 65001;
