/** What must hold whatever breaks. */
export const INVARIANTS = {
  'rows-exact': 'The rows of a manifest are exactly the rows of the source as of the reads, each key range once.',
  'part-final': 'A part that is visible is never replaced, and neither is a record that is written once.',
  'success-complete': 'There is no manifest without every part that it lists, and no _SUCCESS without its manifest.',
  'no-stray-part': 'Beside the parts of a committed table stand no others.',
  'one-schema': 'Every part of a table has the columns of its manifest.',
  'forward-only': 'Latest and the checkpoints never move back.',
  'state-forward': 'A state moves to newer runs only, has the watermark of its run, and gives way to an operator.',
  'window-chain': 'A run of changes goes on where the run that it is based on has ended, without a gap.',
  'latest-whole':
    'The entries of latest give the rows of the source as of the bound of its run, none missing or older.',
  'symlinks-follow': 'The list of symlinks has the entries of latest, of the same run or an older one.',
  'table-ends': 'Every planned table ends as landed, empty, superseded, or failed with an alert.',
  'storm-passes': 'When the faults are over and the dead letters replayed, every table that can land has landed.',
  'message-ends': 'Every message ends.',
  'one-summary': 'A run ends with one summary, which tells of every table, and one email about it where one is due.',
  'one-email': 'A cause of failures is told of in one email per run and replay, and every failed table in some email.',
  'calm-lands': 'Without faults everything lands at the first try, and nobody is alerted.',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
  /** Lines of the trace until it was seen. */
  readonly traceLines: number;
}

/** The first thing that went wrong; what follows from it is of no interest. */
export class Watch {
  violation: Violation | undefined;
  readonly #trace: readonly string[];

  constructor(trace: readonly string[]) {
    this.#trace = trace;
  }

  report(invariant: Invariant, detail: string): void {
    this.violation ??= { invariant, detail, traceLines: this.#trace.length };
  }

  require(holds: boolean, invariant: Invariant, detail: () => string): void {
    if (!holds) this.report(invariant, detail());
  }
}
