import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isExhaustive } from '../../../support/exhaustive.ts';
import { plpShape, randomTable } from '../../../support/tds/arbitraries.ts';
import { canonicalText } from '../../../support/tds/canonical-text.ts';
import { tediousColumns, tediousRows, tediousTokens } from '../../../support/tds/tedious-parser.ts';
import { isExactInTedious, tediousText, utcText } from '../../../support/tds/tedious-text.ts';
import * as tokens from '../../../support/tds/tokens.ts';
import type { WireColumn, WireType, WireValue } from '../../../support/tds/wire-types.ts';

const parsed = (bytes: Buffer): Record<string, unknown> => ({ ...tediousTokens(bytes)[0] });

describe('row tokens', () => {
  it('are read by tedious as they were meant, wherever it is exact, for every type', () => {
    fc.assert(
      fc.property(randomTable(), plpShape(), fc.boolean(), ({ columns, rows }, plp, sparse) => {
        const encode = sparse ? tokens.nbcRow : tokens.row;
        const read = tediousRows(tokens.colMetadata(columns), ...rows.map((values) => encode(columns, values, plp)));
        expect(read).toHaveLength(rows.length);
        for (const [index, values] of rows.entries()) {
          for (const [column, value] of values.entries()) {
            compare(columns[column]!.type, value, read[index]![column]);
          }
        }
      }),
      { numRuns: isExhaustive ? 300 : 150 },
    );
  });

  it('leave nothing of a row that could not be encoded', () => {
    const columns: WireColumn[] = [{ name: 'n', type: { kind: 'int' } }];
    expect(() => tokens.row(columns, ['x'])).toThrow(RangeError);
    expect(tokens.row(columns, ['1']).toString('hex')).toBe('d10401000000');
    expect(() => tokens.row(columns, [])).toThrow('0 values for 1 columns');
  });
});

/** The value inside a sql_variant has a type of its own; its bare value is compared by that. */
function compare(type: WireType, value: WireValue, cell: unknown): void {
  const inner = value !== null && typeof value !== 'string' ? value.of : type;
  const text = tediousText(inner, cell);
  if (inner.kind === 'datetimeoffset' && value !== null) {
    expect(text).toBe(utcText(typeof value === 'string' ? value : value.text));
  } else if (isExactInTedious(type, value)) expect(text).toBe(canonicalText(type, value));
}

describe('COLMETADATA', () => {
  it('describes each type as SQL Server does', () => {
    const types: WireType[] = [
      { kind: 'int', nullable: false },
      { kind: 'decimal', precision: 20, scale: 3 },
      { kind: 'nvarchar', length: 50 },
      { kind: 'varchar', length: 'max', collation: 'Latin1_General_100_CI_AS_SC_UTF8' },
      { kind: 'datetime2', scale: 7 },
      { kind: 'rowversion', nullable: false },
      { kind: 'hierarchyid' },
      { kind: 'text' },
    ];
    const columns = types.map((type, index) => ({ name: `c${index}`, type }));
    const read = tediousColumns(tokens.colMetadata(columns));
    expect(read.map(({ colName }) => colName)).toEqual(columns.map(({ name }) => name));
    expect(read.map(({ type }) => type.name)).toEqual([
      'Int',
      'DecimalN',
      'NVarChar',
      'VarChar',
      'DateTime2',
      'Binary',
      'UDT',
      'Text',
    ]);
    expect(read.map(({ flags }) => flags)).toEqual([8, 9, 9, 9, 9, 8, 9, 9]);
    expect(read[1]).toMatchObject({ precision: 20, scale: 3, dataLength: 13 });
    expect(read[2]).toMatchObject({ dataLength: 100, collation: { codepage: 'CP1252', sortId: 52 } });
    expect(read[3]).toMatchObject({ dataLength: 0xffff, collation: { codepage: 'utf-8', sortId: 0 } });
    expect(read[4]).toMatchObject({ scale: 7 });
    expect(read[5]).toMatchObject({ userType: 80, dataLength: 8 });
    expect(read[6]).toMatchObject({ udtInfo: { typeName: 'hierarchyid', maxByteSize: 892 } });
    expect(read[7]).toMatchObject({ tableName: ['dbo', 'test'] });
  });
});

describe('the other tokens', () => {
  it('tell how a statement ended', () => {
    expect(parsed(tokens.done({ rowCount: 5 }))).toMatchObject({ name: 'DONE', rowCount: 5, more: false, curCmd: 193 });
    expect(parsed(tokens.done({ rowCount: 5, noCount: true })).rowCount).toBeUndefined();
    expect(parsed(tokens.doneInProc({ rowCount: 2 ** 40, more: true }))).toMatchObject({
      name: 'DONEINPROC',
      rowCount: 2 ** 40,
      more: true,
    });
    expect(parsed(tokens.doneProc({ error: true, attention: true, serverError: true }))).toMatchObject({
      name: 'DONEPROC',
      sqlError: true,
      attention: true,
      serverError: true,
    });
    expect(parsed(tokens.returnStatus(-6))).toMatchObject({ name: 'RETURNSTATUS', value: -6 });
    expect(parsed(tokens.order([1, 3]))).toMatchObject({ name: 'ORDER', orderColumns: [1, 3] });
  });

  it('carry messages and output parameters', () => {
    const deadlock = {
      number: 1205,
      state: 13,
      class: 13,
      message: 'You were chosen 😀.',
      server: 'S',
      proc: 'p',
      line: 7,
    };
    expect(parsed(tokens.error(deadlock))).toMatchObject({
      name: 'ERROR',
      number: 1205,
      state: 13,
      class: 13,
      message: 'You were chosen 😀.',
      serverName: 'S',
      procName: 'p',
      lineNumber: 7,
    });
    expect(parsed(tokens.info({ number: 0, message: 'hello' }))).toMatchObject({
      name: 'INFO',
      class: 0,
      message: 'hello',
    });
    const type: WireType = { kind: 'nvarchar', length: 'max' };
    expect(parsed(tokens.returnValue({ name: '@out', type, value: 'x' }))).toMatchObject({
      paramName: 'out',
      value: 'x',
    });
  });

  it('change the session', () => {
    expect(parsed(tokens.loginAck())).toMatchObject({
      name: 'LOGINACK',
      interface: 'SQL_TSQL',
      tdsVersion: '7_4',
      progName: 'Microsoft SQL Server',
      progVersion: { major: 16 },
    });
    expect(parsed(tokens.envChange('database', 'new', 'old'))).toMatchObject({ newValue: 'new', oldValue: 'old' });
    expect(parsed(tokens.envChange('packet-size', '16384', '4096'))).toMatchObject({ newValue: 16384, oldValue: 4096 });
    expect(parsed(tokens.envChangeCollation('Japanese_CI_AS'))).toMatchObject({ newValue: { codepage: 'CP932' } });
    expect(parsed(tokens.envChangeBytes('begin', Buffer.alloc(8, 7)))).toMatchObject({ newValue: Buffer.alloc(8, 7) });
    expect(parsed(tokens.envChangeRouting('replica', 1433))).toMatchObject({
      newValue: { protocol: 0, port: 1433, server: 'replica' },
    });
    expect(parsed(tokens.featureExtAck([[0x0a, Buffer.of(1)]]))).toMatchObject({ utf8Support: true });
  });
});
