import { describe, expect, it } from '@jest/globals';
import { functionName, idPart, scheduleName } from '../../../../config/deploy/names.ts';

describe('a name as part of a logical id', () => {
  it('is kept when it is plain', () => {
    expect(idPart('shop2')).toBe('Shop2');
  });

  it('gets a digest when it is not, so that no two are the same', () => {
    const names = ['shop', 'Shop', 'SHOP', 'shop-eu', 'shop_eu', 'shopeu', 'Shopeu'];
    const parts = names.map(idPart);
    expect(new Set(parts).size).toBe(names.length);
    for (const part of parts) expect(part).toMatch(/^[A-Z][A-Za-z0-9]*$/);
  });
});

describe.each([
  ['a function', (source: string) => functionName('prod', 'extractor', source)],
  ['a schedule', (source: string) => scheduleName('a-stage-with-a-long-name', source)],
])('the name of %s', (_, nameOf) => {
  it('is the words that it is made of', () => {
    expect(nameOf('shop')).toMatch(/^landfall-[a-z-]+-shop$/);
  });

  it('is cut when it is too long, and still differs', () => {
    const names = ['a', 'b'].map((end) => nameOf('s'.repeat(47) + end));
    expect(new Set(names).size).toBe(2);
    for (const name of names) {
      expect(name.length).toBe(64);
      expect(name).toMatch(/--[0-9a-f]{8}$/);
    }
  });
});
