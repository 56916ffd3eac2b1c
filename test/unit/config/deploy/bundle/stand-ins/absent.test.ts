import { describe, expect, it } from '@jest/globals';
import { absent } from '../../../../../../config/deploy/bundle/stand-ins/absent.ts';

interface Sdk {
  readonly identity: { new (): object; login(): void };
  readonly __esModule?: boolean;
  readonly then?: unknown;
}

const sdk = absent('@azure/identity') as Sdk;

describe('the stand-in for a module that is not there', () => {
  it('lets itself be loaded, looked into and extended', () => {
    expect(typeof sdk.identity.login).toBe('function');
    expect(class extends sdk.identity {}.prototype).toBeInstanceOf(Object);
    expect({} instanceof sdk.identity).toBe(false);
    expect([sdk.__esModule, sdk.then]).toEqual([undefined, undefined]);
  });

  it('says what is missing as soon as it is called', () => {
    expect(() => new sdk.identity()).toThrow('@azure/identity.identity was left out of this bundle');
    expect(() => sdk.identity.login()).toThrow('@azure/identity.identity.login was left out of this bundle');
    expect(() => new (class extends sdk.identity {})()).toThrow('was left out of this bundle');
  });
});
