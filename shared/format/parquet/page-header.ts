import { crc32 } from 'node:zlib';
import { Encoding } from './file-model.ts';
import { type ThriftFields, thriftStruct } from './thrift-writer.ts';

/** What stands before the `body` of a page, which is as it goes to the file: compressed, unless the codec is none. */
interface PageBody {
  readonly uncompressedBytes: number;
  readonly body: Uint8Array;
}

interface DataPage extends PageBody {
  /** With the NULLs. */
  readonly rows: number;
  readonly encoding: Encoding;
}

interface DictionaryPage extends PageBody {
  readonly values: number;
}

/** parquet.thrift, enum PageType. */
const pageType = { data: 0, dictionary: 2 } as const;

/**
 * The header of a data page, version 1, whose body has the definition levels and then the values (parquet.thrift,
 * PageHeader and DataPageHeader). Its checksum covers the body.
 */
export function dataPageHeader({ rows, encoding, ...page }: DataPage): Uint8Array {
  return thriftStruct((header) => {
    writePage(header, pageType.data, page);
    header.struct(5, (data) => {
      data.i32(1, rows);
      data.i32(2, encoding);
      data.i32(3, Encoding.rle);
      data.i32(4, Encoding.rle);
    });
  });
}

/** The header of the page with a chunk's distinct values, PLAIN encoded (parquet.thrift, DictionaryPageHeader). */
export function dictionaryPageHeader({ values, ...page }: DictionaryPage): Uint8Array {
  return thriftStruct((header) => {
    writePage(header, pageType.dictionary, page);
    header.struct(7, (dictionary) => {
      dictionary.i32(1, values);
      dictionary.i32(2, Encoding.plain);
    });
  });
}

function writePage(header: ThriftFields, type: number, { uncompressedBytes, body }: PageBody): void {
  header.i32(1, type);
  header.i32(2, uncompressedBytes);
  header.i32(3, body.byteLength);
  header.i32(4, crc32(body) | 0);
}
