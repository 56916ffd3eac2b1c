import { describe, expect, it } from '@jest/globals';
import { withLiteralKeys, withoutDescriptions } from '../../../../../config/deploy/bundle/slimmer.ts';

describe('schemas of AWS clients', () => {
  it('get the texts of their constants as keys, and nothing else changes', () => {
    const text = [
      'const _h = "http";',
      'const _hB = "x-bucket";',
      'const _f = () => 1;',
      'export var Get$ = [9, n0, _h, { [_h]: ["GET", "/", 200], [_hB]: [_h] }, { [_f]: 1, [other]: 2 }];',
    ];
    expect(withLiteralKeys(text.join('\n'))).toBe(
      [
        ...text.slice(0, 3),
        'export var Get$ = [9, n0, _h, { "http": ["GET", "/", 200], "x-bucket": [_h] }, { [_f]: 1, [other]: 2 }];',
      ].join('\n'),
    );
  });
});

describe('schemas of the configuration', () => {
  it('lose their descriptions and keep their lines', () => {
    const text = `a.string()
  .describe('One, isn\\'t it?'),
b.describe(
  \`Two: \${DEFAULTS.two} (default).\`,
).optional(),
c.describe("It's three.");`;
    expect(withoutDescriptions(text)).toBe('a.string()\n  ,\nb\n\n.optional(),\nc;');
  });

  it('keep a description that is more than a text', () => {
    const text = "a.describe(one + 'two'); b.describe('one' + two)";
    expect(withoutDescriptions(text)).toBe(text);
  });
});
