import { beforeEach, describe, expect, it } from '@jest/globals';
import { TimestampSecond, Utf8 } from 'apache-arrow';
import type { SourceConfig } from '../../../shared/config/config.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { SourceError } from '../../../shared/core/errors.ts';
import type { SchemaHistory } from '../../../shared/core/records.ts';
import { checkTables, type SourceCheck } from '../../../shared/flow/check-tables.ts';
import { catalogTable, description, MadeUpSource } from './made-up-source.ts';

const ID = { name: 'id' };
const { signal } = new AbortController();

let database: MadeUpSource;
beforeEach(() => {
  database = new MadeUpSource();
});

function sourceOf(tables: object, dialect = 'postgres'): SourceConfig {
  const sources = { shop: { dialect, secret: 'env:A', tables } };
  const text = JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources });
  return parseConfig(text, 'landfall.yaml').sources.get('shop')!;
}

function check(source: SourceConfig, history?: SchemaHistory): Promise<SourceCheck> {
  const schemaOf = async () => history;
  return checkTables(source, [...source.tables.values()], { openSource: database.open, schemaOf }, signal);
}

const found = ({ tables }: SourceCheck) =>
  tables.map(({ table, findings }) => [table, findings.map(({ severity, code }) => `${severity} ${code}`)]);

describe('checking tables', () => {
  it('tells of each what it lands as, whatever is wrong with another', async () => {
    database.descriptions.set('public.good', () =>
      description([ID, { name: 'name', type: 'text', landed: new Utf8() }]),
    );
    database.descriptions.set('public.open', () => description([ID], { key: [], keyFrom: 'none', order: 'none' }));
    database.descriptions.set('public.sorted', () => description([ID], { order: 'sort' }));
    const tables = { 'public.good': {}, 'public.gone': {}, 'public.open': { chunk_count: 4 }, 'public.sorted': {} };
    const checked = await check(sourceOf(tables));
    expect(found(checked)).toEqual([
      ['public.good', []],
      ['public.gone', ['error TABLE_NOT_FOUND']],
      ['public.open', ['warning no-key', 'warning chunks-unused']],
      ['public.sorted', ['warning order-by-sort']],
    ]);
    expect(checked.tables[0]!.reading).toMatchObject({
      key: ['id'],
      order: 'index',
      rows: 1_000,
      columns: [
        { name: 'id', sourceType: 'integer', landedType: 'Int32', loss: null },
        { name: 'name', sourceType: 'text', landedType: 'Utf8', loss: null },
      ],
    });
    expect(database.isOpen).toBe(false);
  });

  it('names every column that the format cannot write, and every loss', async () => {
    const second = { landed: new TimestampSecond(), type: 'made up' };
    database.descriptions.set('public.t', () =>
      description([ID, { name: 'a', ...second }, { name: 'b', ...second }, { name: 'c' }, { name: 'd' }], {
        losses: new Map([
          ['c', 'the 7th digit of a second'],
          ['d', 'NaN cannot land as a decimal'],
        ]),
      }),
    );
    const { tables } = await check(sourceOf({ 'public.t': {} }));
    expect(tables[0]!.findings.map(({ severity, code, column }) => [severity, code, column])).toEqual([
      ['error', 'FORMAT_TYPE_UNSUPPORTED', 'a'],
      ['error', 'FORMAT_TYPE_UNSUPPORTED', 'b'],
      ['warning', 'value-loss', 'c'],
      ['note', 'VALUE_NOT_REPRESENTABLE', 'd'],
    ]);
    expect(found(await check(sourceOf({ 'public.t': { format: 'csv' } })))).toEqual([
      ['public.t', ['warning value-loss', 'note VALUE_NOT_REPRESENTABLE']],
    ]);
  });

  it.each(['LOGIN_REFUSED', 'HOST_UNREACHABLE'])('says %s once for the source', async (code) => {
    const refuse = () => {
      throw new SourceError(code, 'Nobody is at home.', { remedy: 'Knock later.' });
    };
    const once = {
      findings: [{ severity: 'error', code, message: 'Nobody is at home.', remedy: 'Knock later.' }],
      tables: [],
    };
    for (const name of ['public.a', 'public.b']) database.descriptions.set(name, refuse);
    const source = sourceOf({ 'public.a': {}, 'public.b': {} });
    expect(await check(source)).toMatchObject(once);
    expect(database.isOpen).toBe(false);
    database.refusal = new SourceError(code, 'Nobody is at home.', { remedy: 'Knock later.' });
    expect(await check(source)).toMatchObject(once);
  });

  it('looks for an update key that does not land', async () => {
    const all = [ID, { name: 'changed', type: 'timestamp without time zone' }];
    database.descriptions.set('public.t', ({ select }) => description(select.length > 0 ? [ID] : all));
    const incremental = { mode: 'incremental', select: ['id'] };
    expect(found(await check(sourceOf({ 'public.t': { ...incremental, update_key: 'changed' } })))).toEqual([
      ['public.t', []],
    ]);
    expect(found(await check(sourceOf({ 'public.t': { ...incremental, update_key: 'changd' } })))).toEqual([
      ['public.t', ['error COLUMN_NOT_FOUND']],
    ]);
  });

  it('asks for what change tracking needs', async () => {
    const tracked = { mode: 'change-tracking' };
    database.catalog.push(
      catalogTable('On', { schema: 'dbo', changeTracking: true }),
      catalogTable('Off', { schema: 'dbo', changeTracking: false }),
    );
    database.descriptions.set('dbo.on', () => description([ID]));
    database.descriptions.set('dbo.Off', () => description([ID]));
    database.descriptions.set('dbo.taken', () => description([ID, { name: '_OP' }], { primaryKey: [] }));
    const source = sourceOf({ 'dbo.on': tracked, 'dbo.Off': tracked, 'dbo.taken': tracked }, 'mssql');
    expect(found(await check(source))).toEqual([
      ['dbo.on', []],
      ['dbo.Off', ['error CHANGE_TRACKING_OFF']],
      ['dbo.taken', ['error KEY_UNUSABLE', 'error COLUMN_NAME_TAKEN']],
    ]);
  });

  describe('after earlier runs', () => {
    const columns = [{ name: 'id', source_type: 'integer', landed_type: 'Int32' }];
    const history: SchemaHistory = {
      version: 1,
      source: 'shop',
      table: 'public.t',
      run_id: '20261122T030000Z',
      columns,
      restarts: false,
      history: [{ run_id: '20261122T030000Z', at: '2026-11-22T03:00:00.000Z', columns, change: null }],
    };

    it.each([
      ['the same', 'evolve', [ID], []],
      ['one more', 'evolve', [ID, { name: 'b' }], ['warning schema-evolves']],
      ['one more', 'freeze', [ID, { name: 'b' }], ['error SCHEMA_FROZEN']],
      ['another type', 'evolve', [{ name: 'id', type: 'text', landed: new Utf8() }], ['error SCHEMA_INCOMPATIBLE']],
    ])('with %s columns and the contract to %s', async (_, contract, now, expected) => {
      database.descriptions.set('public.t', () => description(now));
      const source = sourceOf({ 'public.t': { schema_contract: contract } });
      expect(found(await check(source, history))).toEqual([['public.t', expected]]);
      expect(found(await check(source, { ...history, restarts: true }))).toEqual([['public.t', []]]);
    });

    it('does not mind the columns that change tracking adds', async () => {
      const extra = ['_op', '_version'].map((name) => ({ name, source_type: 'bigint', landed_type: 'Int64' }));
      const all = [...extra, ...columns];
      const landed = { ...history, columns: all, history: [{ ...history.history[0]!, columns: all }] };
      database.descriptions.set('dbo.t', () => description([ID]));
      const source = sourceOf({ 'dbo.t': { mode: 'change-tracking', schema_contract: 'freeze' } }, 'mssql');
      expect(found(await check(source, landed))).toEqual([['dbo.t', []]]);
    });
  });
});
