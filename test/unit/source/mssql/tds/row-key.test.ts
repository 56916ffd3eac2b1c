import { describe, expect, it } from '@jest/globals';
import type { LandfallError } from '../../../../../shared/core/errors.ts';
import { colMetadata, row } from '../../../../support/tds/tokens.ts';
import type { WireType, WireValue } from '../../../../support/tds/wire-types.ts';
import { reading } from './decoding.ts';

const LONG = { name: 'long', type: { kind: 'varbinary', length: 'max' } } as const;

/** How a message names the row whose key is `value`. */
function keyOf(type: WireType, value: WireValue): string | undefined {
  const columns = [{ name: 'key', type }, LONG];
  const { reader } = reading({ maxValueBytes: 10 }, ['key']);
  try {
    reader.push(Buffer.concat([colMetadata(columns), row(columns, [value, '00'.repeat(11)])]));
  } catch (thrown) {
    return /\(key = (.*)\); the limit/.exec((thrown as LandfallError).message)?.[1];
  }
  return undefined;
}

describe('the key of a row in a message', () => {
  it.each<[WireType, WireValue, string]>([
    [{ kind: 'bigint' }, '-9223372036854775808', '-9223372036854775808'],
    [{ kind: 'decimal', precision: 38, scale: 2 }, '-123456789012345678901234567890123456.78', ''],
    [{ kind: 'decimal', precision: 5, scale: 3 }, '0.007', ''],
    [{ kind: 'decimal', precision: 5, scale: 0 }, '12', ''],
    [{ kind: 'nvarchar', length: 10 }, "O'Neil é", ''],
    [{ kind: 'uniqueidentifier' }, '886B623E-2F82-7F4B-1C77-ACE098F1D39A', ''],
    [{ kind: 'varbinary', length: 8 }, 'c0ffee', '0xc0ffee'],
    [{ kind: 'datetime2', scale: 3 }, '2026-11-22 13:46:50.435', '2026-11-22T13:46:50.435Z'],
    [{ kind: 'date' }, '2026-11-22', '2026-11-22T00:00:00.000Z'],
    [{ kind: 'int' }, null, 'null'],
    [{ kind: 'decimal', precision: 5, scale: 2 }, null, 'null'],
    [{ kind: 'datetime2', scale: 3 }, null, 'null'],
  ])('is shown as it is: %j %s', (type, value, shown) => {
    expect(keyOf(type, value)).toBe(shown || value);
  });
});
