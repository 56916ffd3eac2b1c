import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { InvalidConfigError } from '../../../shared/config/problems.ts';
import { FILE, invalidConfig, linesOf, shopWith } from './config-text.ts';

const SOUND = shopWith('public.orders:\n  format: csv\npublic.items: {select: [a, b]}');

describe('text that is not a configuration', () => {
  it.each([
    ['empty', '', 1, /found an empty file/],
    ['of blanks', ' \n\n', 1, /found an empty file/],
    ['of comments', '# nothing\n', 1, /found an empty file/],
    ['null', 'null\n', 1, /found an empty file/],
    ['cut off within JSON', '{"Tables": [{"table_name": "emp', 1, /may be cut off/],
    ['cut off between brackets', '{"Tables": [\n  {"table_name": "a"},', 2, /may be cut off/],
    ['cut off within quotes', 'version: 1\ntarget: "abc', 2, /may be cut off/],
    [
      'indented with tabs',
      'version: 1\ntarget:\n\tbucket: abc\n',
      3,
      /found a tab in the indentation; allowed: spaces/,
    ],
    ['two documents', 'version: 1\n---\nversion: 1\n', 2, /found a second document/],
    ['tagged', 'version: !!js/function "x"\n', 1, /found a tag/],
    ['keyed by a list', '? [a]\n: 1\n', 1, /found a list or a mapping as a key/],
    ['an alias of nothing', 'version: *one\n', 1, /found an alias/],
    ['an alias of itself', 'version: &a [*a]\n', 1, /found (an alias|a list)/],
    ['a text with a colon', 'version: 1\ntarget: a: b\n', 2, /found a second ":"/],
    ['nested without end', '['.repeat(50_000), 1, /nested too deeply|not closed/],
    ['mappings without end', '{a: '.repeat(50_000), 1, /nested too deeply|not closed/],
  ])('is refused when it is %s', (_, text, line, message) => {
    const error = invalidConfig(() => parseConfig(text, FILE));
    expect(error.problems[0]).toMatchObject({ file: FILE, line });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/\n\s+at |node_modules/);
    expect(error.problems.length).toBeLessThanOrEqual(20);
  });

  it('is refused when aliases would grow beyond all bounds', () => {
    const level = (name: string, inner: string) => `${name}: &${name} [${Array(40).fill(`*${inner}`).join(', ')}]\n`;
    const bomb = `a: &a [x, x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}`;
    expect(invalidConfig(() => parseConfig(bomb, FILE)).message).toMatch(/more than 1000 uses of one/);
  });

  it.each(['- a\n', 'text\n', '42\n', '[]\n'])('is refused when it is no mapping: %s', (text) => {
    expect(linesOf(text)).toEqual([
      expect.stringMatching(/^1: : found .*; allowed: a configuration with version, target and sources$/),
    ]);
  });

  it('is refused for keys that would change every object', () => {
    expect(linesOf(`${SOUND}__proto__: {a: 1}\n`)).toEqual([
      '11: __proto__: found a key that cannot be used; allowed: any other name',
    ]);
    expect(linesOf(shopWith('__proto__: {}\na.b:'))).toEqual([
      '8: sources.shop.tables.__proto__: found a key that cannot be used; allowed: any other name',
    ]);
    expect(
      parseConfig(shopWith('constructor.toString:\nhasOwnProperty: {sql: select 1}'), FILE).sources.get('shop')?.tables
        .size,
    ).toBe(2);
  });

  it('is refused as a whole wherever it is cut off, or is a smaller configuration: never a crash', () => {
    for (let length = 0; length < SOUND.length; length++) {
      try {
        parseConfig(SOUND.slice(0, length), FILE);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(InvalidConfigError);
      }
    }
  });

  it('is a typed error whatever it is', () => {
    const piece = fc.constantFrom(
      ...'version: 1|\n|  |- |{|}|[|]|"|\'|: |&a |*a|<<: |sources:|tables:|Tables|shop:|null|? |!!set|%YAML 1.1|---|\t|#'.split(
        '|',
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        expect(invalidConfig(() => parseConfig(written, FILE)).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('keys given twice', () => {
  it('are reported with both lines, next to every other problem', () => {
    const text = shopWith('public.orders: {}\npublic.items: {format: x}\npublic.orders:\n  format: csv\n  format: csv');
    expect(linesOf(text)).toEqual([
      '9: sources.shop.tables."public.items".format: found "x"; allowed: parquet, csv, jsonl, json',
      '10: sources.shop.tables."public.orders": found "public.orders" a second time (first in line 8); allowed: every key once',
      '12: sources.shop.tables."public.orders".format: found format a second time (first in line 11); allowed: every key once',
    ]);
  });

  it('are found in JSON as well', () => {
    expect(linesOf('{"version": 1, "version": 1}').join('\n')).toMatch(/^1: version: found version a second time/m);
  });
});

describe('anchors', () => {
  it('may be used, and problems are shown where the text is', () => {
    const text = shopWith('a.b: &csv\n  format: csv\na.c: *csv');
    expect(parseConfig(text, FILE).sources.get('shop')?.tables.get('a.c')?.format).toBe('csv');
    expect(linesOf(text.replace('format: csv', 'format: cvs')).map((line) => line.split(': ')[0])).toEqual(['9', '9']);
  });

  it('may be used by a thousand tables', () => {
    const tables = Array.from({ length: 999 }, (_, index) => `t.t${index}: *csv`).join('\n');
    expect(parseConfig(shopWith(`a.b: &csv {format: csv}\n${tables}`), FILE).sources.get('shop')?.tables.size).toBe(
      1000,
    );
  });
});
