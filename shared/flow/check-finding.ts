import type { LandfallError } from '../core/errors.ts';

/**
 * `error`: a run would fail. `warning`: it would land, with a loss or at a price. `note`: nothing to do, good to know.
 */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that a check found. */
export interface Finding {
  readonly severity: Severity;
  /** The code that a run would fail with; of what does not fail one, a word of its own, such as `no-key`. */
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  /** The column that it is about; left out for the table. */
  readonly column?: string;
}

export function findingOf({ code, message, remedy }: LandfallError): Finding {
  return { severity: 'error', code, message, ...(remedy !== undefined && { remedy }) };
}

/** The gravest of the findings; undefined without any. */
export function gravest(findings: readonly Finding[]): Severity | undefined {
  return (['error', 'warning', 'note'] as const).find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
}
