import type { LandingForm } from '../../bench/land/subjects/landfall.ts';
import type { Job } from '../../bench/land/subjects/subject.ts';

/** A stage of landing, as the floors of the bench have it, on the table of orders. */
export interface StageOrder {
  readonly name: string;
  readonly stage: 'decode' | 'upload' | LandingForm;
  /** Its rows are what is made ready. */
  readonly job: Job;
  /** What is landed in a round. */
  readonly rows: number;
  /** How often it is done in a round: 2 is a planted regression. */
  readonly times: number;
}

/** CPU seconds of each stage, and of the fixed loop, by name: the least of all rounds so far. */
export type StageCosts = Readonly<Record<string, number>>;

export const LOOP = 'fixed loop';
