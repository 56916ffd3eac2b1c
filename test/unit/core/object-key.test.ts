import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_TEMPLATE,
  type FolderNames,
  partKey,
  renderFolder,
  safeSegment,
  successKey,
} from '../../../shared/core/object-key.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';

const scheduledTimeMs = Date.UTC(2026, 10, 22, 3, 4, 5);
const runId = runIdOf(scheduledTimeMs);
const names: FolderNames = { source: 'shop', schema: 'public', table: 'orders', runId, scheduledTimeMs };

/** Names as databases allow them: any well-formed text. */
const nameText = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const timeMs = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

describe('safeSegment', () => {
  it.each([
    ['orders', 'orders'],
    ['Order_Items-2.v1', 'Order_Items-2.v1'],
    ['größe', 'größe'],
    ['注文', '注文'],
    ['e\u0301', 'e\u0301'],
    ['a b', 'a%20b'],
    ['a/b', 'a%2Fb'],
    ['100%', '100%25'],
    ['%2F', '%252F'],
    ['a\\b', 'a%5Cb'],
    [`x'"\`$`, 'x%27%22%60%24'],
    ['🚢', '%F0%9F%9A%A2'],
    ['€', '%E2%82%AC'],
    ['.', '%2E'],
    ['..', '%2E%2E'],
    ['...', '%2E%2E%2E'],
    ['..a', '..a'],
    ['\u0000\n', '%00%0A'],
    ['', ''],
  ])('writes %j as %j', (name, segment) => {
    expect(safeSegment(name)).toBe(segment);
  });

  it('can be read back, so that two names never share a segment', () => {
    fc.assert(
      fc.property(nameText, (name) => {
        expect(decodeURIComponent(safeSegment(name))).toBe(name);
      }),
      { numRuns: 500 },
    );
  });

  it('is never a step of a path and holds no separator, control character or mark of a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const segment = safeSegment(name);
        expect(segment).not.toMatch(/^\.+$/);
        expect(segment).toMatch(/^[\p{L}\p{M}\p{N}_.%-]*$/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe('renderFolder', () => {
  it.each([
    [DEFAULT_TEMPLATE, 'shop/public/orders/run_id=20261122T030405Z/'],
    ['{source}/{table}/', 'shop/orders/'],
    ['{table}/year={YYYY}/month={MM}/day={DD}/hour={HH}/', 'orders/year=2026/month=11/day=22/hour=03/'],
    ['{table}{table}-{YYYY}{MM}{DD}', 'ordersorders-20261122/'],
    ['/lake//{table}', 'lake/orders/'],
    ['{table}/{unknown}/', 'orders/{unknown}/'],
    ['{table}/{constructor}/{toString}', 'orders/{constructor}/{toString}/'],
  ])('fills %s', (template, folder) => {
    expect(renderFolder(template, names)).toBe(folder);
  });

  it('drops the segment of a schema that a table does not have, and keeps what stands beside it', () => {
    const without = { ...names, schema: undefined };
    expect(renderFolder(DEFAULT_TEMPLATE, without)).toBe('shop/orders/run_id=20261122T030405Z/');
    expect(renderFolder('x-{schema}/{table}', without)).toBe('x-/orders/');
    expect(renderFolder('{schema}', without)).toBe('');
  });

  it('takes the parts of the time in UTC at the end of a year', () => {
    const late = { ...names, scheduledTimeMs: Date.UTC(2025, 11, 31, 23, 59, 59, 999) };
    expect(renderFolder('{YYYY}/{MM}/{DD}/{HH}', late)).toBe('2025/12/31/23/');
  });

  it('does not fill in a name that looks like a variable or a path', () => {
    expect(renderFolder('{source}/{table}', { ...names, source: '{table}', table: '../{source}' })).toBe(
      '%7Btable%7D/..%2F%7Bsource%7D/',
    );
  });

  it('gives different tables and runs different folders under the default template', () => {
    const table = fc.record({ source: nameText, schema: nameText, table: nameText, scheduledTimeMs: timeMs });
    const folderOf = (of: Omit<FolderNames, 'runId'>) =>
      renderFolder(DEFAULT_TEMPLATE, { ...of, runId: runIdOf(of.scheduledTimeMs) });
    fc.assert(
      fc.property(table, table, (a, b) => {
        expect(folderOf(a) === folderOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(folderOf(a).split('/')).toHaveLength(5);
      }),
    );
  });
});

describe('partKey and successKey', () => {
  const part = { runId, chunk: 0, sequence: 0, extension: 'parquet' };

  it('leaves the run out of the name in a folder of the run', () => {
    const folder = renderFolder(DEFAULT_TEMPLATE, names);
    expect(partKey({ ...part, folder })).toBe(`${folder}part-000-00000.parquet`);
    expect(successKey({ folder, runId })).toBe(`${folder}_SUCCESS`);
  });

  it('puts the run into the name in a folder that runs share', () => {
    expect(partKey({ ...part, chunk: 12, sequence: 345, folder: 'orders/', extension: 'csv.gz' })).toBe(
      'orders/part-012-00345.20261122T030405Z.csv.gz',
    );
    expect(successKey({ folder: 'orders/', runId })).toBe('orders/_SUCCESS.20261122T030405Z');
  });

  it('is a different key for every table, run, chunk and sequence, whatever the template', () => {
    const identity = fc.record({
      table: nameText,
      scheduledTimeMs: timeMs,
      chunk: fc.nat({ max: 100_000 }),
      sequence: fc.nat({ max: 10_000_000 }),
    });
    const template = fc.constantFrom(
      DEFAULT_TEMPLATE,
      '{table}/',
      '{source}/{YYYY}/{MM}/{table}/',
      '{table}/{HH}',
      '{YYYY}{MM}{DD}T{HH}0000Z/{table}',
    );
    fc.assert(
      fc.property(template, identity, identity, (object, a, b) => {
        const keysOf = ({ table, scheduledTimeMs: at, chunk, sequence }: typeof a) => {
          const run = runIdOf(at);
          const folder = renderFolder(object, { ...names, table, runId: run, scheduledTimeMs: at });
          return [
            partKey({ folder, runId: run, chunk, sequence, extension: 'csv' }),
            successKey({ folder, runId: run }),
          ];
        };
        const [partA, markerA] = keysOf(a);
        const [partB, markerB] = keysOf(b);
        const sameRun = a.table === b.table && a.scheduledTimeMs === b.scheduledTimeMs;
        expect(markerA === markerB).toBe(sameRun);
        expect(partA === partB).toBe(sameRun && a.chunk === b.chunk && a.sequence === b.sequence);
        expect(partA).not.toBe(markerA);
      }),
      { numRuns: 300 },
    );
  });
});
