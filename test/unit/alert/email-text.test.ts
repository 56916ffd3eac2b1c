import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  commandBlock,
  commandLine,
  emailSubject,
  factLines,
  section,
  wordsOf,
} from '../../../shared/alert/email-text.ts';

describe('emailSubject', () => {
  it.each([
    ['Landfall: shop orders did not land', 'Landfall: shop orders did not land'],
    ['  spaces \t and\r\nlines\u2028end  ', 'spaces and lines end'],
    ['größe 注文 🚢', 'gr??e ?? ?'],
    ['bell\u0007 escape\u001B[31m delete\u007F', 'bell? escape?[31m delete?'],
    ['lone \uD800 half', 'lone ? half'],
    ['x'.repeat(99), 'x'.repeat(99)],
    ['x'.repeat(100), `${'x'.repeat(96)}...`],
  ])('makes %j %j', (text, subject) => {
    expect(emailSubject(text)).toBe(subject);
  });

  it('is what SNS takes, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        expect(emailSubject(`Landfall: ${name} did not land`)).toMatch(/^[A-Za-z][\x20-\x7E]{0,98}$/);
      }),
    );
  });
});

describe('factLines', () => {
  it('puts the values in one column', () => {
    const facts = [
      { label: 'Run', value: '1' },
      { label: 'Failed at', value: 'now' },
    ];
    expect(factLines(facts)).toBe('Run:       1\nFailed at: now');
  });

  it('keeps a value on its line, so that a name cannot add facts of its own', () => {
    expect(factLines([{ label: 'Table', value: 'x\nError: none\r\u2028y' }])).toBe('Table: x Error: none y');
  });
});

describe('section', () => {
  it('wraps at spaces and keeps long words and line ends', () => {
    const text = `${'word '.repeat(20).trim()}\n\nsecond https://example.com/${'x'.repeat(80)} third`;
    expect(section('What happened', text).split('\n')).toEqual([
      'What happened',
      `  ${'word '.repeat(11).trim()}`,
      `  ${'word '.repeat(9).trim()}`,
      '  ',
      '  second',
      `  https://example.com/${'x'.repeat(80)}`,
      '  third',
    ]);
  });

  it('is never wider than 60 characters when its words are not', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 58 }).map((word) => word.replaceAll(/\s/g, 'x')));
    fc.assert(
      fc.property(words, (list) => {
        const lines = section('H', list.join(' ')).split('\n').slice(1);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
        expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(list);
      }),
    );
  });

  it('stays far below the 256 KiB that SNS takes, however long the text', () => {
    const text = section('What happened', `${'long '.repeat(1_000_000)}end`);
    expect(text.length).toBeLessThan(5_000);
    expect(text).toMatch(/long \[\.\.\.\]$/);
    expect(section('H', '🚢'.repeat(100_000)).isWellFormed()).toBe(true);
  });
});

describe('a command for a shell', () => {
  it('comes apart into the words that it was made of', () => {
    expect(wordsOf('npx  landfall replay')).toEqual(['npx', 'landfall', 'replay']);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(wordsOf(commandLine(words))).toEqual(words);
      }),
    );
  });

  it.each([
    [['npx', 'landfall', 'replay'], 'npx landfall replay'],
    [['--table', 'public.orders', '--run', '20261122T030000.250Z'], '--table public.orders --run 20261122T030000.250Z'],
    [['two words'], "'two words'"],
    [["it's"], "'it'\\''s'"],
    [[''], "''"],
    [['$HOME', '`id`', '*', '!!', '~', '#', ';', '\\'], "'$HOME' '`id`' '*' '!!' '~' '#' ';' '\\'"],
    [['größe'], "'größe'"],
    [['=ls'], "'=ls'"],
  ])('quotes %j as %s', (words, line) => {
    expect(commandLine(words)).toBe(line);
  });

  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.stringMatching(/^[-'"$`\\!*?~#;&|<>(){}[\]\n\t =a]{0,8}$/),
  );
  const shellWords = fc
    .array(
      word.filter((text) => text.isWellFormed() && !text.includes('\u0000')),
      { minLength: 1, maxLength: 8 },
    )
    .map((words) => ['--source', ...words]);

  it('gives a shell the very same words, on one line or on several', () => {
    fc.assert(
      fc.property(shellWords, (words) => {
        for (const text of [commandLine(words), commandBlock(words)]) {
          const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
          expect(printed.split('\u0000').slice(0, -1)).toEqual(words);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is broken before options only, where it is long', () => {
    const words = [
      'npx',
      'landfall',
      'replay',
      '--config',
      'config/landfall.yaml',
      '--source',
      'shop',
      '--table',
      'two words',
    ];
    expect(commandBlock(words).split('\n')).toEqual([
      '  npx landfall replay --config config/landfall.yaml \\',
      "    --source shop --table 'two words'",
    ]);
  });
});
