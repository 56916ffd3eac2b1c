import { join } from 'node:path';
import { endForked, nextMessage, startForked } from '../../bench/land/measure/forked.ts';
import { fillPostgres } from '../../bench/land/sources/postgres-tables.ts';
import { openStage } from '../../bench/land/stage.ts';
import { tableNamed } from '../../bench/land/tables.ts';
import { median } from '../../bench/result/statistics.ts';
import { DECODED_ROWS } from './paired-stages.ts';
import type { GuardOrder, Round, StageRatios } from './round.ts';

/** By the name of the stage: medians over the rounds of a process, or over processes. */
export type StageMedians = ReadonlyMap<string, StageRatios>;

const PROCESS_TIMEOUT_MS = 240_000;

/**
 * Measures in one process after the other, for as long as `isEnough` says no. Not in one: a process can differ from the
 * next for its whole life, and the ratio of the same stage was then up to 1.8 times as high.
 */
export async function measureStages(
  isEnough: (medians: StageMedians, processes: number) => boolean,
): Promise<StageMedians> {
  const stage = await openStage(['mssql', 'postgres'], DECODED_ROWS);
  const { sources, s3 } = stage;
  try {
    await fillPostgres(sources.postgres!, tableNamed('orders'), DECODED_ROWS);
    const measured: StageMedians[] = [];
    for (;;) {
      measured.push(mediansOf((await roundsOfProcess({ sources, s3 })).map((round) => new Map(Object.entries(round)))));
      const medians = mediansOf(measured);
      if (isEnough(medians, measured.length)) return medians;
    }
  } finally {
    await stage.close();
  }
}

async function roundsOfProcess(order: GuardOrder): Promise<Round[]> {
  const child = startForked(join(import.meta.dirname, 'stage-rounds.ts'));
  try {
    child.send(order);
    return await nextMessage<Round[]>(child, PROCESS_TIMEOUT_MS);
  } finally {
    await endForked(child);
  }
}

function mediansOf(measured: readonly StageMedians[]): StageMedians {
  return new Map(
    [...measured[0]!.keys()].map((name) => {
      const ratios = measured.map((one) => one.get(name)!);
      return [name, { once: median(ratios.map(({ once }) => once)), twice: median(ratios.map(({ twice }) => twice)) }];
    }),
  );
}
