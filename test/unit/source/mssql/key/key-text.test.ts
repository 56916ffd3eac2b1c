import { describe, expect, it } from '@jest/globals';
import type { RecordBatch, Vector } from 'apache-arrow';
import fc from 'fast-check';
import { keyValueText } from '../../../../../shared/source/mssql/key/key-text.ts';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { WireType } from '../../../../support/tds/wire-types.ts';
import { batchesOf, reading } from '../tds/decoding.ts';

/** The text of a value that went over the wire and landed. */
function textOf(type: WireType, value: string): string {
  const columns = [{ name: 'k', type }];
  const { reader } = reading();
  const bytes = Buffer.concat([colMetadata(columns), row(columns, [value]), done({ rowCount: 1 })]);
  const [batch] = batchesOf(reader, [bytes]) as [RecordBatch];
  const column = batch.getChildAt(0) as Vector;
  return keyValueText(column.get(0), column.type);
}

describe('the text of a value of a key', () => {
  it.each<[WireType, string, string]>([
    [{ kind: 'bit' }, '1', '1'],
    [{ kind: 'bit' }, '0', '0'],
    [{ kind: 'tinyint' }, '255', ''],
    [{ kind: 'bigint' }, '-9223372036854775808', ''],
    [{ kind: 'decimal', precision: 38, scale: 10 }, '-9999999999999999999999999999.9999999999', ''],
    [{ kind: 'decimal', precision: 5, scale: 5 }, '-0.00001', ''],
    [{ kind: 'decimal', precision: 38, scale: 0 }, '0', ''],
    [{ kind: 'money' }, '-922337203685477.5808', ''],
    [{ kind: 'date' }, '0001-01-01', ''],
    [{ kind: 'date' }, '9999-12-31', ''],
    [{ kind: 'varbinary', length: 8 }, '00ff', '0x00ff'],
    [{ kind: 'varbinary', length: 8 }, '', '0x'],
    [{ kind: 'rowversion' }, '00000000000007d1', '0x00000000000007d1'],
    [{ kind: 'nvarchar', length: 20 }, 'o\'b " 😀', ''],
    [{ kind: 'uniqueidentifier' }, '886B623E-2F82-7F4B-1C77-ACE098F1D39A', ''],
    [{ kind: 'float' }, '-0', '-0'],
    [{ kind: 'float' }, '1.7976931348623157e+308', ''],
  ])('%j %s', (type, value, text) => {
    expect(textOf(type, value)).toBe(text || value);
  });

  it('of a float reads back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value);
        expect(Number(textOf({ kind: 'float' }, text))).toBe(value);
      }),
    );
  });

  it('of a real reads back the same', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value);
        expect(Math.fround(Number(textOf({ kind: 'real' }, text)))).toBe(value);
      }),
    );
  });
});
