import type { Stage } from '../../bench/land/stage.ts';

/** Where the process that measures finds what the stages need. */
export type GuardOrder = Pick<Stage, 'sources' | 's3'>;

/** What a stage took in one round, in units of its yardstick, which is measured before and after. */
export interface StageRatios {
  readonly once: number;
  /** The stage done twice: what a regression of 2 would look like. */
  readonly twice: number;
}

/** What one process tells, by the name of the stage. */
export type Round = Readonly<Record<string, StageRatios>>;
