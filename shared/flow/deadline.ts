/** The two moments at which the time of an invocation ends for a table. */
export interface Deadline {
  /** From here on no more rows are taken: the part in work is completed, and a continuation goes on behind it. */
  readonly wrapUp: AbortSignal;
  /** From here on whatever is not complete is given up. Its reason is a DeadlineError, or why somebody interrupted. */
  readonly signal: AbortSignal;
}
