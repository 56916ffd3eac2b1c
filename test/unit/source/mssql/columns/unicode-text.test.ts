import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnFor, described, fill, land, texts } from './cells.ts';

const NVARCHAR = described('NVarChar', { dataLength: 0xffff });
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

function landed(values: readonly (string | null)[]): { values: (string | null)[]; lossy: number } {
  const column = columnFor(NVARCHAR, values.length);
  fill(
    column,
    values.map((value) => (value === null ? null : utf16(value))),
  );
  return { values: texts(column.take()), lossy: column.lossyValues };
}

describe('nvarchar', () => {
  it.each([
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'abcé',
    'éabc',
    '\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff',
    '日本語',
    '😀',
    'a😀b',
    'abcd😀',
    '\ufeffkeeps its mark',
    '\u{10ffff}\u{10000}',
  ])('becomes UTF-8: %j', (text) => {
    expect(landed([text, null, text])).toEqual({ values: [text, null, text], lossy: 0 });
  });

  it('is any text there is', () => {
    const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(fc.option(unit), { maxLength: 10 }), (values) => {
        expect(landed(values)).toEqual({ values, lossy: 0 });
      }),
    );
  });

  it('with halves of pairs gets U+FFFD for each, and is counted once', () => {
    const values = ['\ud83d', '\ude00', 'a\ud83d\ud83db', '\ude00\ud83d', '\ud83d\ud83d\ude00', 'well'];
    expect(landed(values)).toEqual({
      values: ['\ufffd', '\ufffd', 'a\ufffd\ufffdb', '\ufffd\ufffd', '\ufffd😀', 'well'],
      lossy: 5,
    });
  });

  it('does not read a pair out of two values', () => {
    expect(landed(['a\ud83d', '\ude00'])).toEqual({ values: ['a\ufffd', '\ufffd'], lossy: 2 });
  });

  it('of any 16-bit units is what JavaScript makes of them', () => {
    const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })));
    fc.assert(
      fc.property(units, (list) => {
        const text = String.fromCharCode(...list);
        expect(landed([text])).toEqual({ values: [text.toWellFormed()], lossy: text.isWellFormed() ? 0 : 1 });
      }),
    );
  });

  it('may be long, of one, two, three and four bytes a character', () => {
    const values = ['x', 'é', '日', '😀'].map((character) => character.repeat(100_000));
    expect(landed(values)).toEqual({ values, lossy: 0 });
  });

  it('of an odd number of bytes is damage', () => {
    expect(() => land(described('NVarChar', { dataLength: 20 }), [Buffer.alloc(3)])).toThrow(
      expect.objectContaining({
        code: 'TDS_MALFORMED',
        retry: 'once',
        message: expect.stringContaining('Column "c" (nvarchar(10)): 3 bytes'),
      }),
    );
  });
});

describe('xml', () => {
  it('loses its byte order mark, only the first', () => {
    const values = ['\ufeff<a/>', '<a/>', '\ufeff', '', '\ufeff\ufeff<é/>'];
    expect(texts(land(described('Xml'), values.map(utf16)))).toEqual(['<a/>', '<a/>', '', '', '\ufeff<é/>']);
  });
});

describe('nchar and ntext', () => {
  it('are read as nvarchar is', () => {
    expect(texts(land(described('NChar', { dataLength: 6 }), [utf16('日  ')]))).toEqual(['日  ']);
    expect(texts(land(described('NText'), [utf16('Ж😀')]))).toEqual(['Ж😀']);
  });
});
