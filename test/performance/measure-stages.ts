import { join } from 'node:path';
import { endForked, nextMessage, startForked } from '../../bench/land/measure/forked.ts';
import { fillPostgres } from '../../bench/land/sources/postgres-tables.ts';
import { openStage, type Stage } from '../../bench/land/stage.ts';
import { tableNamed } from '../../bench/land/tables.ts';
import { LOOP, type StageCosts, type StageOrder } from './stage-order.ts';

export type StageLoops = ReadonlyMap<string, number>;

const ROWS = 10_000;
/** So many that connecting does not hide what decoding takes; encoders get the same rows twice. */
const MANY_ROWS = 20_000;
const UPLOADED_ROWS = 200_000;
export const TIMEOUT_MS = 240_000;

/** A stage that is done twice in each round, as if it had become twice as slow. */
export const PLANTED = 'encode csv, twice';

const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 40;

/** What each stage takes, in fixed loops; asks after each round whether that is enough. */
export async function measureStages(isEnough: (loops: StageLoops) => boolean): Promise<StageLoops> {
  const stage = await openStage(['mssql', 'postgres'], ROWS);
  const child = startForked(join(import.meta.dirname, 'stage-costs.ts'));
  try {
    await fillPostgres(stage.sources.postgres!, tableNamed('orders'), MANY_ROWS);
    child.send(orders(stage));
    for (let round = 1; ; round += 1) {
      const { [LOOP]: loop, ...costs } = await nextMessage<StageCosts>(child, TIMEOUT_MS);
      const loops = new Map(Object.entries(costs).map(([name, cost]) => [name, cost / loop!]));
      if (round === MOST_ROUNDS || (round >= LEAST_ROUNDS && isEnough(loops))) return loops;
      child.send('again');
    }
  } finally {
    await endForked(child);
    await stage.close();
  }
}

function orders({ sources, s3 }: Stage): StageOrder[] {
  const shared = { s3, table: 'orders', rows: ROWS };
  const mssql = { job: { source: sources.mssql!, ...shared }, rows: ROWS, times: 1 };
  const text = { ...mssql, rows: MANY_ROWS };
  const decoding = { ...mssql, stage: 'decode', rows: MANY_ROWS } as const;
  const postgres = { ...decoding, job: { source: sources.postgres!, ...shared } };
  return [
    { ...decoding, name: 'decode mssql' },
    { ...postgres, name: 'decode postgres' },
    { ...mssql, name: 'encode parquet', stage: { format: 'parquet', compression: 'zstd' } },
    // Most of what gzip takes would hide what writing the text takes.
    { ...text, name: 'encode csv', stage: { format: 'csv', compression: 'none' } },
    { ...text, name: PLANTED, stage: { format: 'csv', compression: 'none' }, times: 2 },
    { ...text, name: 'encode jsonl', stage: { format: 'jsonl', compression: 'none' } },
    { ...mssql, name: 'upload', stage: 'upload', rows: UPLOADED_ROWS },
  ];
}
