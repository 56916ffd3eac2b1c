import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { mutated } from './mutations/mutant.ts';
import { CHANGES_MUTATIONS } from './mutations/of-changes.ts';
import { CHUNK_MUTATIONS } from './mutations/of-chunks.ts';
import { LANDING_MUTATIONS } from './mutations/of-landing.ts';
import { MESSAGE_MUTATIONS } from './mutations/of-messages.ts';

const MUTATIONS = [...LANDING_MUTATIONS, ...CHUNK_MUTATIONS, ...MESSAGE_MUTATIONS, ...CHANGES_MUTATIONS];

describe('the mutations', () => {
  it.each(MUTATIONS)('finds its place in the source: $name', (mutation) => {
    const text = readFileSync(mutation.file, 'utf8');
    expect(mutated(text, mutation)).not.toBe(text);
  });

  it('have names of their own', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  it('refuse a text that is there twice', () => {
    const mutation = { name: 'x', protects: 'rows-exact', file: 'f', find: 'a', replace: 'b' } as const;
    expect(() => mutated('a a', mutation)).toThrow('found its text 2 times in f');
  });
});
