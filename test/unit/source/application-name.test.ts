import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VERSION } from '../../../shared/core/version.ts';
import { applicationName } from '../../../shared/source/application-name.ts';

const START = `landfall/${VERSION}/`;
const LONGEST_SOURCE = `s${'o'.repeat(46)}e`;
const LONG_TABLE = `public.${'a'.repeat(60)}_history`;

describe('the application name', () => {
  it.each(['postgres', 'mssql'] as const)('says on %s who reads what', (dialect) => {
    expect(applicationName(dialect, 'shop', 'public.orders')).toBe(`${START}shop/public.orders`);
  });

  it('keeps both ends of a table whose name is too long for the server', () => {
    const name = applicationName('postgres', 'shop', LONG_TABLE);
    expect(name).toHaveLength(63);
    expect(name).toMatch(/^landfall\/[\d.]+\/shop\/public\.a+\.\.\.a+_history$/);
    expect(applicationName('mssql', 'shop', LONG_TABLE)).toBe(`${START}shop/${LONG_TABLE}`);
  });

  it('leaves the table its place beside the longest name of a source', () => {
    expect(applicationName('postgres', LONGEST_SOURCE, 'public.orders')).toMatch(
      /^landfall\/[\d.]+\/so+\.\.\.o+e\/public\.orders$/,
    );
    const name = applicationName('postgres', LONGEST_SOURCE, LONG_TABLE);
    expect(name).toHaveLength(63);
    expect(name).toMatch(/^landfall\/[\d.]+\/so+\.\.\.o+e\/public\.a+\.\.\.a+_history$/);
  });

  it('is ASCII for PostgreSQL, one mark for a character, and as it is for SQL Server', () => {
    expect(applicationName('postgres', 'shop', 'größe.日本𝒳')).toBe(`${START}shop/gr??e.???`);
    expect(applicationName('mssql', 'shop', 'größe.日本𝒳')).toBe(`${START}shop/größe.日本𝒳`);
  });

  it('fits the server and is well-formed, whatever the names', () => {
    const sources = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,47}$/);
    const tables = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(sources, tables, (source, table) => {
        const [postgres, mssql] = [applicationName('postgres', source, table), applicationName('mssql', source, table)];
        expect(Buffer.byteLength(postgres)).toBeLessThanOrEqual(63);
        expect(mssql.length).toBeLessThanOrEqual(128);
        expect(mssql.isWellFormed()).toBe(true);
        expect(mssql.startsWith(`${START}${source}/`)).toBe(true);
      }),
    );
  });
});
