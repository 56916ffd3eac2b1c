import type { SchemaHistory, TableState } from '../../shared/core/records.ts';

/** The state of `public.orders` of `shop`, incremental by `updated_at`, as two runs and nobody else left it. */
export function ordersState(change: Partial<TableState> = {}): TableState {
  return {
    version: 1,
    source: 'shop',
    table: 'public.orders',
    generation: 0,
    run_id: '20261122T030000Z',
    mode: 'incremental',
    update_key: 'updated_at',
    type: 'timestamp with time zone',
    watermark: '2026-11-22 02:55:00.123456+00',
    seen: { newest: '2026-11-22 02:59:59.9+00', horizon: null, at: '2026-11-22T03:00:01.000Z' },
    epoch: null,
    query_hash: '0123456789abcdef',
    full_run_id: '20261121T030000Z',
    full_at: '2026-11-21T03:00:00.000Z',
    history: [
      {
        at: '2026-11-21T03:00:09.500Z',
        by: 'run',
        run_id: '20261121T030000Z',
        watermark: '2026-11-21 02:55:00+00',
        full_because: 'first-run',
      },
      {
        at: '2026-11-22T03:00:09.500Z',
        by: 'run',
        run_id: '20261122T030000Z',
        watermark: '2026-11-22 02:55:00.123456+00',
        full_because: null,
      },
    ],
    ...change,
  };
}

/** The columns of a table of `shop` over all of its runs. */
export function schemaOf(table: string): SchemaHistory {
  const columns = [{ name: 'id', source_type: 'bigint', landed_type: 'Int64' }];
  const [runId, at] = ['20261121T030000Z', '2026-11-21T03:00:09.500Z'];
  return {
    version: 1,
    source: 'shop',
    table,
    run_id: runId,
    columns,
    restarts: false,
    history: [{ run_id: runId, at, columns, change: null }],
  };
}
