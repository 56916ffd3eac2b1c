import type { LatestPointer } from '../core/records.ts';
import { isNewerRun } from '../core/table-state.ts';
import type { JsonStore } from './json-store.ts';
import type { LedgerLayout } from './layout.ts';
import type { LatestChange } from './ledger.ts';
import type { NewText, TextStore } from './text-store.ts';

/** The run whose parts a list of symlinks has. */
const RUN_METADATA = 'landfall-run';

/** What readers see of each table: the record of what makes it up, and behind it the same as a list for Hive's symlinks. */
export class LatestTables {
  readonly #texts: TextStore;
  readonly #records: JsonStore;
  readonly #layout: LedgerLayout;

  constructor(texts: TextStore, records: JsonStore, layout: LedgerLayout) {
    this.#texts = texts;
    this.#records = records;
    this.#layout = layout;
  }

  async read(source: string, table: string): Promise<LatestPointer | undefined> {
    const standing = await this.#records.read<StandingPointer>(this.#layout.latest(source, table));
    return standing && complete(standing.value);
  }

  /** As Ledger.updateLatest. The list follows also what a crash left behind the record, or another writer just wrote. */
  async update(source: string, table: string, change: LatestChange): Promise<boolean> {
    const key = this.#layout.latest(source, table);
    const { changed, value } = await this.#records.update<StandingPointer>(key, (standing) =>
      change(standing && complete(standing)),
    );
    if (value !== undefined) await this.#advanceSymlinks(complete(value));
    return changed;
  }

  async #advanceSymlinks(latest: LatestPointer): Promise<void> {
    // A record of an older release does not say what makes up the table: an empty list would say that nothing does.
    if (latest.runs.length === 0) return;
    await this.#texts.update(this.#layout.symlinks(latest.source, latest.table), (standing) => {
      const listed = standing?.metadata[RUN_METADATA];
      return isNewerRun(latest.run_id, listed) ? symlinksOf(latest) : undefined;
    });
  }
}

/** Records of older releases named the newest run and nothing else. */
type StandingPointer = Pick<LatestPointer, 'version' | 'source' | 'table' | 'run_id' | 'manifest'> &
  Partial<LatestPointer>;

function complete(standing: StandingPointer): LatestPointer {
  return { columns: [], primary_key: [], runs: [], entries: [], ...standing };
}

/**
 * The input of Hive's SymlinkTextInputFormat: the URL of one file a line.
 * @see https://github.com/apache/hive/blob/master/ql/src/java/org/apache/hadoop/hive/ql/io/SymlinkTextInputFormat.java
 */
function symlinksOf(latest: LatestPointer): NewText {
  return {
    text: latest.entries.map(({ url }) => `${url}\n`).join(''),
    contentType: 'text/plain; charset=utf-8',
    metadata: { [RUN_METADATA]: latest.run_id },
  };
}
