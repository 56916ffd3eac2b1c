import type { Invariant } from '../world/violation.ts';

/** One protection taken out of the source; `find` stands in the file exactly once. */
export interface Mutation {
  /** What the mutant does. */
  readonly name: string;
  /** What the protection keeps whole; other invariants may break first. */
  readonly protects: Invariant;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
