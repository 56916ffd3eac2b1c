import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queueNames } from '../../../shared/config/resource-names.ts';

describe('queue names', () => {
  it('have the stage, and keep a plain source name readable', () => {
    expect(queueNames('prod', 'shop')).toEqual({
      queue: 'landfall-prod-shop',
      deadLetterQueue: 'landfall-prod-shop-dlq',
    });
    expect(queueNames('local', 'Shop_eu-1').queue).toBe('landfall-local-Shop_eu-1');
  });

  it('encode what SQS refuses', () => {
    expect(queueNames('prod', 'läden & co').queue).toMatch(/^landfall-prod-l-den-co--[0-9a-f]{16}$/);
    expect(queueNames('prod', '日本').queue).toMatch(/^landfall-prod---?-?[0-9a-f]{16}$/);
  });

  it.each(['shop-dlq', 'a--0123456789abcdef'])('keep the source %s apart from other queues', (name) => {
    expect(queueNames('prod', name).queue).not.toBe(`landfall-prod-${name}`);
  });

  it('are valid and never shared, whatever the sources are called', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('a', 'a-dlq', 'a.b', 'a b', 'x'.repeat(62), 'x'.repeat(63)),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (sources) => {
        const all = sources.flatMap((source) => Object.values(queueNames('prod', source)));
        expect(new Set(all).size).toBe(all.length);
        for (const queue of all) expect(queue).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      }),
    );
  });
});
