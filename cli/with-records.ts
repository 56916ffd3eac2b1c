import type { SourceConfig } from '../shared/config/config.ts';
import { LandfallError } from '../shared/core/errors.ts';
import type { OpenSource } from '../shared/flow/services.ts';
import type { Ledger } from '../shared/ledger/ledger.ts';
import type { OperatorOptions } from './operator-options.ts';
import { localOpener, withOperation } from './with-operation.ts';

/** What a command works with that looks at databases, and at what has landed only where there is something to see. */
export interface RecordsOperation {
  readonly openSource: OpenSource;
  readonly records: Records;
}

/** The codes of a bucket that is not there yet, or that nobody named. */
const NOTHING_THERE = new Set(['OUT_NOT_FOUND', 'REGION_MISSING']);

/**
 * Gives `work` the databases and the ledger of the configuration; without a bucket, as before the first run, the databases
 * alone, and in `records` why.
 * @throws ConfigError as `withOperation` does for everything else
 */
export async function withRecords<T>(
  options: OperatorOptions,
  sources: readonly SourceConfig[],
  work: (operation: RecordsOperation) => Promise<T>,
): Promise<T> {
  let hasBegun = false;
  try {
    return await withOperation(options, ({ openSource, ledger }) => {
      hasBegun = true;
      return work({ openSource, records: new Records(ledger, undefined) });
    });
  } catch (thrown) {
    if (hasBegun || !isNothingThere(thrown)) throw thrown;
    // Secrets Manager is asked in a region too.
    const needsRegion = thrown.code === 'REGION_MISSING' && sources.some(({ secret }) => secret.startsWith('arn:'));
    if (needsRegion) throw thrown;
    return await work({ openSource: localOpener(), records: new Records(undefined, thrown) });
  }
}

function isNothingThere(thrown: unknown): thrown is LandfallError {
  return thrown instanceof LandfallError && NOTHING_THERE.has(thrown.code);
}

/** The ledger as far as it can be read: after the first failure nothing is asked of it any more. */
export class Records {
  #ledger: Ledger | undefined;
  #problem: LandfallError | undefined;

  constructor(ledger: Ledger | undefined, problem: LandfallError | undefined) {
    this.#ledger = ledger;
    this.#problem = problem;
  }

  /** Why earlier runs are not known; undefined when they are. */
  get problem(): LandfallError | undefined {
    return this.#problem;
  }

  /** What `look` finds; `otherwise` where the ledger cannot be read. */
  async ask<T>(look: (ledger: Ledger) => Promise<T>, otherwise: T): Promise<T> {
    if (this.#ledger === undefined) return otherwise;
    try {
      return await look(this.#ledger);
    } catch (thrown) {
      if (!(thrown instanceof LandfallError)) throw thrown;
      this.#ledger = undefined;
      this.#problem = thrown;
      return otherwise;
    }
  }
}
