import { expect, it } from '@jest/globals';
import { valuesOf } from '../../../../../shared/source/mssql/bound/read-values.ts';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import { batchesOf, reading } from '../tds/decoding.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'upTo', type: { kind: 'binary', length: 8 } },
  { name: 'newest', type: { kind: 'nvarchar', length: 20 } },
  { name: 'after', type: { kind: 'nvarchar', length: 20 } },
  { name: 'lost', type: { kind: 'int' } },
  { name: 'lag', type: { kind: 'decimal', precision: 38, scale: 2 } },
];

it('values are texts with all digits, NULL as it is, and none that UTF-8 cannot hold', () => {
  const { reader } = reading({ batchRows: 2 });
  const values = ['00000000000007d1', 'x\ud800', '\ufffd', null, `${'9'.repeat(36)}.10`];
  const [batch] = batchesOf(reader, [colMetadata(COLUMNS), row(COLUMNS, values), done({ rowCount: 1 })]);
  expect([...valuesOf(batch!, reader.decoder!)]).toEqual([
    ['upTo', '0x00000000000007d1'],
    ['newest', undefined],
    ['after', '\ufffd'],
    ['lost', null],
    ['lag', `${'9'.repeat(36)}.10`],
  ]);
});
