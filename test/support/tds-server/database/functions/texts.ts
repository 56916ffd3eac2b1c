import type { WireType } from '../../../tds/wire-types.ts';
import { collationOf, type Emitted } from '../emitted.ts';
import { isBinary, nullable } from '../type-names.ts';
import {
  apply,
  asInt,
  asText,
  BIGINT,
  type FunctionEmitter,
  type FunctionTable,
  INT,
  NVARCHAR,
  ofValues,
} from './signature.ts';

const MAX_TEXT: WireType = { kind: 'nvarchar', length: 'max' };

const sameType = (name: string): FunctionEmitter =>
  ofValues(1, 1, ([value]) => {
    const text = asText(value!);
    return apply(name, [text], text.type && nullable(text.type));
  });

/** LEFT, RIGHT and SUBSTRING count UTF-16 units and work on binary values too. */
const cut = (value: Emitted, from: string, length: string): Emitted => {
  const subject = value.type !== undefined && isBinary(value.type) ? value : asText(value);
  return {
    sql: `tds_substring(${subject.sql}, ${from}, ${length})`,
    type: subject.type && nullable(subject.type),
    collation: subject.collation,
  };
};

const concatenated: FunctionEmitter = ofValues(2, 254, (values) => {
  const texts = values.map((value) => `ifnull(${asText(value).sql}, '')`);
  return { sql: `(${texts.join(' || ')})`, type: NVARCHAR, collation: collationOf(values) };
});

export const textFunctions: FunctionTable = {
  LEN: ofValues(1, 1, ([value]) => apply('tds_len', [asText(value!)], INT)),
  DATALENGTH: ofValues(1, 1, ([value]) => {
    const unitBytes = value!.type?.kind.startsWith('n') ? 2 : 1;
    return { sql: `tds_datalength(${value!.sql}, ${unitBytes})`, type: BIGINT };
  }),
  UPPER: sameType('tds_upper'),
  LOWER: sameType('tds_lower'),
  LTRIM: sameType('ltrim'),
  RTRIM: sameType('rtrim'),
  TRIM: sameType('trim'),
  REVERSE: sameType('tds_reverse'),
  SUBSTRING: ofValues(3, 3, ([value, from, length]) => cut(value!, asInt(from!), asInt(length!))),
  LEFT: ofValues(2, 2, ([value, length]) => cut(value!, '1', asInt(length!))),
  RIGHT: ofValues(2, 2, ([value, length]) => {
    const text = asText(value!);
    return cut(text, `max(1, tds_datalength(${text.sql}, 1) - ${asInt(length!)} + 1)`, asInt(length!));
  }),
  REPLACE: ofValues(3, 3, (values) => apply('replace', values.map(asText), MAX_TEXT)),
  REPLICATE: ofValues(2, 2, ([value, times]) => {
    const text = asText(value!);
    return { sql: `tds_replicate(${text.sql}, ${asInt(times!)})`, type: text.type && nullable(text.type) };
  }),
  CHARINDEX: ofValues(2, 3, ([wanted, text]) => apply('tds_charindex', [asText(wanted!), asText(text!)], INT)),
  CONCAT: concatenated,
  QUOTENAME: ofValues(1, 2, ([value]) => apply('tds_quotename', [asText(value!)], { kind: 'nvarchar', length: 258 })),
  CHAR: ofValues(1, 1, ([value]) => ({ sql: `char(${asInt(value!)})`, type: { kind: 'char', length: 1 } })),
  NCHAR: ofValues(1, 1, ([value]) => ({ sql: `char(${asInt(value!)})`, type: { kind: 'nchar', length: 1 } })),
  UNICODE: ofValues(1, 1, ([value]) => ({ sql: `unicode(${asText(value!).sql})`, type: INT })),
};
