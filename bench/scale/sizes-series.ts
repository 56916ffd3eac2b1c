import { runSubject } from '../land/run-subject.ts';
import { openStage } from '../land/stage.ts';
import { subjectNamed } from '../land/subjects.ts';
import { inRounds, pointOf } from './landing-point.ts';
import type { Point, SeriesPlan } from './series.ts';

/** Both land zstd Parquet from SQL Server, whose rows come at memory speed. */
const SUBJECT = 'landfall-parquet';

const COLUMNS_ROWS = 100_000;

/** The orders table with more and more rows. */
export async function rowsSeries(plan: SeriesPlan): Promise<Point[]> {
  return await landingSeries(plan, Math.max(...plan.sizes), (rows) => ({ table: 'orders', rows }));
}

/** 100,000 rows with more and more columns. */
export async function columnsSeries(plan: SeriesPlan): Promise<Point[]> {
  const rows = plan.landingRows ?? COLUMNS_ROWS;
  return await landingSeries(plan, rows, (columns) => ({ table: `columns_${columns}`, rows }));
}

async function landingSeries(
  { sizes, rounds, onPoint }: SeriesPlan,
  maxRows: number,
  tableOf: (size: number) => { readonly table: string; readonly rows: number },
): Promise<Point[]> {
  const stage = await openStage(['mssql'], maxRows);
  const points: Point[] = [];
  try {
    for (const size of sizes) {
      const job = { source: stage.sources.mssql!, s3: stage.s3, ...tableOf(size) };
      const run = () => runSubject(stage, subjectNamed(SUBJECT), job, { check: false });
      const runs = await inRounds(rounds, run, ({ cost }) => cost.wallSeconds);
      points.push(
        pointOf(
          size,
          runs.map(({ cost }) => cost),
        ),
      );
      onPoint(points.at(-1)!);
    }
  } finally {
    await stage.close();
  }
  return points;
}
