import { describe, expect, it } from '@jest/globals';
import { canonicalText } from '../../../support/tds/canonical-text.ts';
import { CAPTURE_NAMES, capture, wireValue } from '../../../support/tds/captures.ts';
import { tediousRows, tokenSpans } from '../../../support/tds/tedious-parser.ts';
import { isExactInTedious, tediousText, utcText } from '../../../support/tds/tedious-text.ts';
import { colMetadata, nbcRow, row } from '../../../support/tds/tokens.ts';

const WITH_ROWS = CAPTURE_NAMES.filter((name) => capture(name).rows.length > 0);

describe('the encoders against a real server', () => {
  it.each(CAPTURE_NAMES.filter((name) => capture(name).columns.length > 0))(
    'describe the columns of %s byte for byte',
    (name) => {
      const { bytes, columns } = capture(name);
      const encoded = colMetadata(columns);
      const from = bytes.indexOf(encoded[0]!, name === 'print-then-rows' ? bytes.indexOf(0xfd) : 0);
      expect(bytes.subarray(from, from + encoded.length)).toEqual(encoded);
    },
  );

  it.each(WITH_ROWS)('encode every row of %s byte for byte', (name) => {
    const { bytes, columns, rows } = capture(name);
    const spans = tokenSpans(bytes).filter((span) => span.name === 'ROW' || span.name === 'NBCROW');
    expect(spans).toHaveLength(rows.length);
    for (const [index, cells] of rows.entries()) {
      // Babelfish, and it alone, sends a zero without decimals in 9 bytes.
      if (cells.some((cell, column) => cell === '0' && columns[column]!.type.kind === 'numeric')) continue;
      const { name: token, start, end } = spans[index]!;
      const values = cells.map((cell, column) => wireValue(columns[column]!, cell));
      const encode = token === 'ROW' ? row : nbcRow;
      expect(encode(columns, values)).toEqual(bytes.subarray(start, end));
    }
  });

  it.each(WITH_ROWS)('give tedious the values of %s that the recorded bytes give it', (name) => {
    const { bytes, columns, rows } = capture(name);
    const values = rows.map((cells) => cells.map((cell, index) => wireValue(columns[index]!, cell)));
    const recorded = tediousRows(bytes);
    expect(recorded).toHaveLength(rows.length);
    for (const encode of [row, nbcRow]) {
      expect(tediousRows(colMetadata(columns), ...values.map((each) => encode(columns, each)))).toEqual(recorded);
    }
    recorded.forEach((cells, index) => {
      cells.forEach((cell, column) => {
        const { type } = columns[column]!;
        const value = values[index]![column]!;
        const text = tediousText(type, cell);
        if (type.kind === 'datetimeoffset' && value !== null) expect(text).toBe(utcText(value as string));
        else if (isExactInTedious(type, value)) expect(text).toBe(canonicalText(type, value));
      });
    });
  });
});
