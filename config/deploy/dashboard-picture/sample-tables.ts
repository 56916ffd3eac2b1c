import { landingCost } from '../../../shared/core/cost.ts';
import { chance, POINTS, type SampleNight } from './sample-night.ts';
import { rowsAt, secondsAt } from './sample-series.ts';

/** A result of a query: the names of its columns, and the cells as text. */
export interface SampleTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const count = (value: number) => Math.round(value).toLocaleString('en-US');

/** What each table of the made-up nights landed and cost, the dearest first. */
export function landedTable(nights: readonly SampleNight[]): SampleTable {
  const rows = nights.flatMap((night) => {
    const tables = [...night.source.tables.values()].filter(({ disabled }) => !disabled);
    const totalOf = (valueAt: (night: SampleNight, point: number) => number) =>
      Array.from({ length: POINTS }, (_, point) => valueAt(night, point)).reduce((sum, value) => sum + value, 0);
    const [totalRows, totalSeconds] = [totalOf(rowsAt), totalOf(secondsAt)];
    const weights = tables.map((_, index) => 0.02 + chance(night.seed * 7, index) ** 3);
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return tables.map(({ name }, index) => {
      const share = weights[index]! / sum;
      const landed = totalRows * share;
      const bytes = landed * night.bytesPerRow;
      const seconds = totalSeconds * share;
      const { usd } = landingCost({ memoryMb: night.source.memoryMb, seconds, parts: 1, bytes });
      return { usd, cells: [night.source.name, name, count(landed), count(bytes), count(seconds), usd.toFixed(4)] };
    });
  });
  const sorted = rows.toSorted((a, b) => b.usd - a.usd).map(({ cells }) => cells);
  return { columns: ['source', 'table', 'rows', 'bytes', 'seconds', 'cost_usd'], rows: sorted };
}

/** What did not go well in the made-up nights: it is what the charts show. */
export function troubleTable([first]: readonly SampleNight[]): SampleTable {
  const columns = ['source', 'table', 'error_code', 'failed', 'tried_again'];
  if (first === undefined) return { columns, rows: [] };
  const [one = '', other = ''] = [...first.source.tables.keys()];
  return {
    columns,
    rows: [
      [first.source.name, other, 'PERMISSION_DENIED', '1', '0'],
      [first.source.name, one, 'CONNECTION_LOST', '0', '2'],
      [first.source.name, one, 'LANDING_THROTTLED', '0', '1'],
    ],
  };
}
