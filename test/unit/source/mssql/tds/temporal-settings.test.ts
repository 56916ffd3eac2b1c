import { describe, expect, it } from '@jest/globals';
import { DataType } from 'apache-arrow';
import fc from 'fast-check';
import type { Temporal } from '../../../../../shared/config/config.ts';
import { SourceError } from '../../../../../shared/core/errors.ts';
import { DEFAULT_LIMITS } from '../../../../../shared/source/mssql/options.ts';
import { rowPlanner } from '../../../../../shared/source/mssql/row-plan.ts';
import { ResponseReader } from '../../../../../shared/source/mssql/tds/response-reader.ts';
import { wireText } from '../../../../support/tds/arbitraries.ts';
import { canonicalText } from '../../../../support/tds/canonical-text.ts';
import { isoText, landedTexts } from '../../../../support/tds/landed-text.ts';
import { PARSER_OPTIONS } from '../../../../support/tds/tedious-parser.ts';
import { utcText } from '../../../../support/tds/tedious-text.ts';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { ScaledType, WireType } from '../../../../support/tds/wire-types.ts';

const QUERY = { name: 't', schema: undefined, table: 't', sql: undefined, select: [], where: undefined };
const LIMITS = { ...DEFAULT_LIMITS, batchRows: 64 };
/** What a signed 64-bit count of nanoseconds since 1970 reaches, its outermost day left out. */
const NANOS_FROM = '1677-09-22';
const NANOS_TO = '2262-04-11';

function landed(type: WireType, texts: readonly string[], temporal: Temporal) {
  const columns = [{ name: 'c', type }];
  const rows = texts.map((text) => row(columns, [text]));
  const reader = new ResponseReader(
    { ...PARSER_OPTIONS },
    () => undefined,
    rowPlanner({ ...QUERY, temporal }, [], LIMITS),
  );
  const batches = reader.push(Buffer.concat([colMetadata(columns), ...rows, done({ rowCount: rows.length })]));
  const last = reader.finish();
  if (last !== undefined) batches.push(last);
  const arrowType = batches[0]!.schema.fields[0]!.type;
  return { arrowType, texts: landedTexts(batches, 0), lossy: reader.decoder!.lossyValues().get('c') ?? 0 };
}

function scaled(...kinds: ScaledType['kind'][]): fc.Arbitrary<ScaledType> {
  return fc.record({ kind: fc.constantFrom(...kinds), scale: fc.integer({ min: 0, max: 7 }) });
}

function withTexts<Type extends WireType>(types: fc.Arbitrary<Type>): fc.Arbitrary<[Type, string[]]> {
  return types.chain((type) => fc.tuple(fc.constant(type), fc.array(wireText(type), { minLength: 1, maxLength: 20 })));
}

describe('the setting temporal', () => {
  it('text keeps every digit of every scale', () => {
    const types = fc.oneof(
      scaled('time', 'datetime2', 'datetimeoffset'),
      fc.record({ kind: fc.constantFrom('datetime', 'smalldatetime') }),
    );
    fc.assert(
      fc.property(withTexts(types), ([type, texts]) => {
        const { arrowType, ...rest } = landed(type, texts, 'text');
        expect(DataType.isUtf8(arrowType)).toBe(true);
        expect(rest).toEqual({ texts: texts.map((text) => isoText(type, text)), lossy: 0 });
      }),
      { numRuns: 200 },
    );
  });

  it('nanos keeps the 7th digit where nanoseconds reach, and refuses what lies beyond', () => {
    fc.assert(
      fc.property(withTexts(scaled('time', 'datetime2')), ([type, texts]) => {
        const isNanos = type.scale === 7;
        const isBeyond = (text: string) =>
          isNanos && type.kind === 'datetime2' && (text < NANOS_FROM || text.slice(0, 10) >= NANOS_TO);
        const within = texts.filter((text) => !isBeyond(text));
        if (within.length > 0) {
          const { texts: found, lossy, arrowType } = landed(type, within, 'nanos');
          expect(found).toEqual(within.map((text) => canonicalText(type, text)));
          expect(lossy).toBe(0);
          if (isNanos) expect(`${arrowType}`).toMatch(/NANOSECOND|64<NANO/i);
        }
        for (const text of texts.filter((each) => isBeyond(each) && !/^(1677-09-21|2262-04-11)/.test(each))) {
          expect(() => landed(type, [text], 'nanos')).toThrow(SourceError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('utc lands the moment of a datetimeoffset in microseconds and counts the 7th digits it cuts', () => {
    fc.assert(
      fc.property(withTexts(scaled('datetimeoffset')), ([type, texts]) => {
        const { arrowType, texts: found, lossy } = landed(type, texts, 'utc');
        expect(arrowType).toMatchObject({ timezone: 'UTC' });
        const cut = (text: string) => text.replace(/(\.\d{6})\d$/, '$1');
        const moments = texts.map((text) => utcText(text));
        expect(found).toEqual(moments.map((text) => canonicalText({ kind: 'datetime2', scale: 6 }, cut(text))));
        expect(lossy).toBe(moments.filter((text) => /\.\d{6}[1-9]$/.test(text)).length);
      }),
      { numRuns: 200 },
    );
  });
});
