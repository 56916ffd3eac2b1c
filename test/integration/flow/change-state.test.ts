import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import type { TableState } from '../../../shared/core/records.ts';
import { nextSchema } from '../../../shared/core/schema-contract.ts';
import { STATE_HISTORY_LIMIT } from '../../../shared/core/table-state.ts';
import { changeState, type StateAction, type StateServices } from '../../../shared/flow/change-state.ts';
import { queryHash } from '../../../shared/flow/open-table.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { CallFault } from '../../support/port-faults.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { ordersState, schemaOf } from '../../support/table-states.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const ORDERS = 'public.orders';
const WHOLE = 'public.countries';
const TRACKED = 'dbo.events';

let s3: TestS3;
let services: StateServices & { readonly ledger: S3Ledger };
let tests = 0;

beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.close());

/** A ledger of its own for each test. */
beforeEach(() => {
  tests += 1;
  const prefix = `test-${tests}/`;
  const { client, bucket } = s3;
  const tables = { [ORDERS]: { mode: 'incremental', update_key: 'updated_at' }, [WHOLE]: {} };
  const sources = {
    shop: { dialect: 'postgres', secret: 'env:SHOP_DB', tables },
    erp: { dialect: 'mssql', secret: 'env:ERP_DB', tables: { [TRACKED]: { mode: 'change-tracking' } } },
  };
  const config = parseConfig(JSON.stringify({ version: 1, target: { bucket, prefix }, sources }), 'landfall.yaml');
  services = { config, ledger: new S3Ledger({ client, bucket, prefix }), clock: { now: () => Date.parse(NOW) } };
});

function landed(change: Partial<TableState> = {}): TableState {
  const table = services.config.sources.get('shop')!.tables.get(ORDERS)!;
  return ordersState({ query_hash: queryHash(table), ...change });
}

async function given(state: TableState): Promise<void> {
  await services.ledger.updateState(state.source, state.table, () => state);
}

async function givenSchema(table: string): Promise<void> {
  await services.ledger.updateSchema('shop', table, () => schemaOf(table));
}

const get: StateAction = { by: 'get' };
const reset: StateAction = { by: 'reset' };
const set = (watermark: string): StateAction => ({ by: 'set', watermark });

function change(action: StateAction, { table = ORDERS, source = 'shop', dryRun = false } = {}) {
  return changeState({ source, table, action, dryRun }, services);
}

describe('changeState', () => {
  it('gets the state, or that there is none', async () => {
    expect(await change(get)).toMatchObject({ before: undefined, after: undefined, schemaRestarts: false });
    await given(landed());
    expect(await change(get)).toMatchObject({ before: landed(), after: landed(), outdatedBecause: undefined });
    expect(await services.ledger.readState('shop', ORDERS)).toEqual(landed());
  });

  it('sets the watermark to the very text, raises the generation and remembers it', async () => {
    await given(landed());
    await givenSchema(ORDERS);
    const { before, after, schemaRestarts } = await change(set('2026-11-20 00:00:00+00'));
    expect(before).toEqual(landed());
    expect(after).toEqual({
      ...landed(),
      generation: 1,
      watermark: '2026-11-20 00:00:00+00',
      seen: null,
      history: [
        ...landed().history,
        { at: NOW, by: 'set', run_id: null, watermark: '2026-11-20 00:00:00+00', full_because: null },
      ],
    });
    expect(await services.ledger.readState('shop', ORDERS)).toEqual(after);
    expect(schemaRestarts).toBe(false);
    expect(await services.ledger.readSchema('shop', ORDERS)).toEqual(schemaOf(ORDERS));
  });

  it('resets the watermark and lets the schema begin anew', async () => {
    await given(landed());
    await givenSchema(ORDERS);
    expect(await change(reset)).toMatchObject({ after: { watermark: null, generation: 1 }, schemaRestarts: true });
    expect(await services.ledger.readSchema('shop', ORDERS)).toEqual({ ...schemaOf(ORDERS), restarts: true });
    expect(await change(reset)).toMatchObject({ after: { watermark: null, generation: 2 }, schemaRestarts: true });
    const { history } = (await services.ledger.readState('shop', ORDERS))!;
    expect(history.slice(-2)).toMatchObject([{ by: 'reset', watermark: null }, { by: 'reset' }]);
  });

  it('says in a dry run what would be, and writes nothing', async () => {
    await given(landed());
    await givenSchema(ORDERS);
    const planned = { after: { watermark: null, generation: 1 }, schemaRestarts: true };
    expect(await change(reset, { dryRun: true })).toMatchObject(planned);
    expect(await change(set('7'), { dryRun: true })).toMatchObject({ after: { watermark: '7' } });
    expect(await services.ledger.readState('shop', ORDERS)).toEqual(landed());
    expect(await services.ledger.readSchema('shop', ORDERS)).toEqual(schemaOf(ORDERS));
  });

  it('resets of a full-refresh table the schema alone, and nothing of a table that never landed', async () => {
    expect(await change(reset, { table: WHOLE })).toMatchObject({ after: undefined, schemaRestarts: false });
    await givenSchema(WHOLE);
    expect(await change(reset, { table: WHOLE })).toMatchObject({ after: undefined, schemaRestarts: true });
    expect(await services.ledger.readState('shop', WHOLE)).toBeUndefined();
    expect(await services.ledger.readSchema('shop', WHOLE)).toMatchObject({ restarts: true });
  });

  it('leaves the schema to runs that are planned later than the reset', async () => {
    await given(landed());
    await givenSchema(ORDERS);
    const { ledger } = services;
    const runId = '20261201T030000Z';
    const plan = { version: 1, source: 'shop', run_id: runId, scheduled_time: '', planned_at: '', tables: [] } as const;
    await ledger.createPlan(plan);
    await change(reset);
    const standing = await ledger.readSchema('shop', ORDERS);
    expect(standing).toMatchObject({ run_id: runId, restarts: true });
    const columns = [{ name: 'other', source_type: 'text', landed_type: 'Utf8' }];
    const found = { source: 'shop', table: ORDERS, at: '', columns };
    expect(nextSchema(standing, { ...found, run_id: runId })).toBeUndefined();
    expect(nextSchema(standing, { ...found, run_id: '20261202T030000Z' })).toMatchObject({ columns, restarts: false });
  });

  it('remembers a limited number of changes, the newest ones', async () => {
    const [first] = landed().history;
    await given(landed({ history: Array.from({ length: STATE_HISTORY_LIMIT }, () => first!) }));
    const { after } = await change(set('7'));
    expect(after!.history).toHaveLength(STATE_HISTORY_LIMIT);
    expect(after!.history.at(-1)).toMatchObject({ by: 'set', watermark: '7' });
  });

  it('says when the next run lands the whole table for another reason', async () => {
    await given(landed({ update_key: 'id' }));
    expect(await change(set('7'))).toMatchObject({ outdatedBecause: 'update-key-changed' });
    await given(landed({ query_hash: 'of another query' }));
    expect(await change(get)).toMatchObject({ outdatedBecause: 'query-changed' });
  });

  it('goes on from what another operator wrote meanwhile', async () => {
    await given(landed());
    const { ledger } = services;
    const meanwhile: StateServices['ledger'] = {
      readState: (source, table) => ledger.readState(source, table),
      listRuns: (source) => ledger.listRuns(source),
      readSchema: (source, table) => ledger.readSchema(source, table),
      updateSchema: (source, table, next) => ledger.updateSchema(source, table, next),
      updateState: async (source, table, next) => {
        await change(set('5'));
        return ledger.updateState(source, table, next);
      },
    };
    const report = await changeState(
      { source: 'shop', table: ORDERS, action: set('6'), dryRun: false },
      { ...services, ledger: meanwhile },
    );
    expect(report).toMatchObject({ before: { watermark: '5' }, after: { watermark: '6', generation: 2 } });
  });

  it.each(['before', 'after'] as const)('may be repeated when a reset fails %s a call', async (moment) => {
    for (let at = 0; at < 5; at += 1) {
      await given(landed());
      await givenSchema(ORDERS);
      const ledger = new CallFault(at, moment).on(services.ledger);
      const request = { source: 'shop', table: ORDERS, action: reset, dryRun: false };
      await expect(changeState(request, { ...services, ledger })).rejects.toMatchObject({ code: 'INJECTED' });
      const schema = await services.ledger.readSchema('shop', ORDERS);
      const state = await services.ledger.readState('shop', ORDERS);
      // A schema that begins anew while changes land would leave out columns of the parts before.
      if (schema!.restarts) expect(state!.watermark).toBeNull();
      expect(await change(reset)).toMatchObject({ after: { watermark: null }, schemaRestarts: true });
    }
  });
});

describe('changeState refuses', () => {
  it.each([
    ['a source that is not configured', { source: 'shp' }, 'SOURCE_NOT_CONFIGURED'],
    ['a table that is not configured', { table: 'orders' }, 'TABLE_NOT_CONFIGURED'],
    ['a full-refresh table', { table: WHOLE }, 'STATE_NOT_FOUND'],
    ['a table that has not landed', {}, 'STATE_NOT_FOUND'],
  ])('to set the watermark of %s', async (_, place, code) => {
    await expect(change(set('7'), place)).rejects.toMatchObject({ name: 'ConfigError', code });
  });

  it.each(['', '   ', '\n'])('the watermark %j, also in a dry run', async (text) => {
    await given(landed());
    const refusal = { name: 'ConfigError', code: 'WATERMARK_INVALID' };
    await expect(change(set(text))).rejects.toMatchObject(refusal);
    await expect(change(set(text), { dryRun: true })).rejects.toMatchObject(refusal);
    expect(await services.ledger.readState('shop', ORDERS)).toEqual(landed());
  });

  it.each(['-1', '1.5', 'abc', '0x10'])('the version %s of change tracking', async (text) => {
    const tracked = { source: 'erp', table: TRACKED };
    await given(landed({ ...tracked, mode: 'change-tracking', update_key: null, type: 'bigint', watermark: '41' }));
    await expect(change(set(text), tracked)).rejects.toMatchObject({ code: 'WATERMARK_INVALID' });
    expect(await change(set('40'), tracked)).toMatchObject({ after: { watermark: '40' } });
  });
});
