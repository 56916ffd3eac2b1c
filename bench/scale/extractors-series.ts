import { readyNode } from '../land/measure/measure-node.ts';
import { fillPostgres } from '../land/sources/postgres-tables.ts';
import { openStage, type Stage } from '../land/stage.ts';
import { tableNamed } from '../land/tables.ts';
import { inRounds, pointOf } from './landing-point.ts';
import type { Point, SeriesPlan } from './series.ts';

const EXTRACTOR_ROWS = 200_000;

/**
 * More and more extractors, each a process of its own that lands the orders table of one PostgreSQL, all at the same time.
 * The point has the rows of all, the time until the last has ended and the largest of the processes.
 */
export async function extractorsSeries(plan: SeriesPlan): Promise<Point[]> {
  const rows = plan.landingRows ?? EXTRACTOR_ROWS;
  const stage = await openStage(['postgres'], rows);
  const points: Point[] = [];
  try {
    await fillPostgres(stage.sources.postgres!, tableNamed('orders'), rows);
    for (const extractors of plan.sizes) {
      const runs = await inRounds(
        plan.rounds,
        () => landTogether(stage, extractors, rows),
        ({ wallSeconds }) => wallSeconds,
      );
      points.push(pointOf(extractors, runs));
      plan.onPoint(points.at(-1)!);
    }
  } finally {
    await stage.close();
  }
  return points;
}

let turn = 0;

async function landTogether(stage: Stage, extractors: number, rows: number) {
  turn += 1;
  const job = { source: stage.sources.postgres!, s3: stage.s3, table: 'orders', rows };
  const keys = Array.from({ length: extractors }, (_, place) => `extractors-${turn}/${place}`);
  const orders = keys.map((key) => ({ subject: 'landfall-parquet', job, key, warmKey: `${key}-warm` }));
  const ready = await Promise.all(orders.map((order) => readyNode(order)));
  try {
    const startedMs = performance.now();
    const costs = await Promise.all(ready.map((each) => each.land()));
    const wallSeconds = (performance.now() - startedMs) / 1000;
    return {
      rows: sum(costs.map((cost) => cost.rows)),
      cpuSeconds: sum(costs.map((cost) => cost.cpuSeconds)),
      wallSeconds,
      peakRssBytes: Math.max(...costs.map((cost) => cost.peakRssBytes)),
    };
  } finally {
    await Promise.all(ready.map((each) => each.end()));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
