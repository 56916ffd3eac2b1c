import type { LatestPointer, TableManifest, TableState } from '../../../shared/core/records.ts';
import { isNewerRun } from '../../../shared/core/table-state.ts';
import type { StoredObject } from '../aws/bucket.ts';
import { BUCKET, SOURCE } from '../scenario/config-of.ts';
import type { Invariant } from '../world/violation.ts';
import type { World } from '../world/world.ts';
import { LEDGER, LedgerView, parsed, runKeyOf, SYMLINKS_RUN } from './ledger-keys.ts';
import { wrongRows } from './rebuilt-rows.ts';

/** Looks at what tells readers and later runs of a table, at the moment at which it is written. */
export class ChangesWatch {
  readonly #world: World;
  /** By table and run: the URLs of a latest that was written. */
  readonly #listed = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  onWrite(key: string, { body, metadata }: StoredObject, replaced: StoredObject | undefined): void {
    if (!key.startsWith(LEDGER)) return;
    const [kind, source, table = ''] = key.slice(LEDGER.length).split('/');
    if (runKeyOf(key)?.kind === 'manifests') this.#onManifest(parsed(body));
    if (source !== SOURCE) return;
    if (kind === 'state') this.#onState(parsed(body), replaced && parsed(replaced.body));
    if (kind === 'latest') this.#onLatest(parsed(body));
    if (kind === 'symlinks') this.#onSymlinks(table, body.toString(), metadata, replaced?.metadata);
  }

  #onManifest({ table, run_id: runId, window }: TableManifest): void {
    const ledger = this.#ledger();
    const wrong = (detail: string) => this.#report('window-chain', `${table} of run ${runId}: ${detail}.`);
    const planned = ledger.tablePlan(runId, table)?.window;
    if (JSON.stringify(planned) !== JSON.stringify(window)) wrong('its window is not the one that was frozen');
    if (window === undefined) return;
    const { watermark, read_after: after, up_to: upTo, based_on: basedOn } = window;
    if (window.kind === 'full') {
      if (watermark !== null || after !== null || basedOn !== null) wrong('a whole run goes on from another one');
      return;
    }
    const before = ledger.manifest(basedOn ?? '', table)?.window;
    // Where no row had an update key there was no watermark, until an operator set one.
    const isSet = before !== undefined && before.generation < window.generation;
    const reached = before && (reachedBy(before) ?? (isSet ? watermark : null));
    if (watermark === null || after === null || upTo === null || reached === undefined || reached === null) {
      wrong(`it has no beginning: ${JSON.stringify(window)}`);
    } else if (Number(watermark) > Number(reached) || Number(after) > Number(watermark)) {
      wrong(`a gap lies between ${reached} of run ${basedOn} and ${after}, behind ${watermark}`);
    } else if (Number(upTo) < Number(watermark)) wrong(`it goes back from ${watermark} to ${upTo}`);
  }

  #onState(after: TableState, before: TableState | undefined): void {
    const { table, run_id: runId, generation } = after;
    const wrong = (detail: string) => this.#report('state-forward', `${table} at run ${runId}: ${detail}.`);
    if (after.history.at(-1)?.by !== 'run') {
      const raised = before !== undefined && generation > before.generation && runId === before.run_id;
      if (!raised) wrong('an operator made it of nothing, or without a new generation');
      return;
    }
    const window = this.#ledger().manifest(runId ?? '', table)?.window;
    if (window === undefined) wrong('the run has no manifest');
    else if (reachedBy(window) !== after.watermark) wrong(`${after.watermark} is not the watermark of the run`);
    else if (window.generation !== generation) wrong('the run was planned before an operator changed it');
    if (before === undefined) return;
    if (!isNewerRun(runId ?? '', before.run_id)) wrong(`it stood at ${before.run_id}`);
    if (generation < before.generation) wrong(`its generation was ${before.generation}`);
  }

  #onLatest(latest: LatestPointer): void {
    const { table, run_id: runId, entries } = latest;
    this.#listed.set(`${table} ${runId}`, listOf(entries));
    const detail = this.#wrongLatest(latest);
    if (detail !== undefined) this.#report('latest-whole', `${table} at run ${runId}: ${detail}.`);
  }

  #wrongLatest(latest: LatestPointer): string | undefined {
    const { table, runs, entries, columns } = latest;
    const chain = runs.flatMap(({ run_id: id }) => this.#ledger().manifest(id, table) ?? []);
    const broken = brokenChain(latest, chain);
    if (broken !== undefined) return broken;
    const parts = chain.flatMap((manifest) => manifest.parts.map(({ key }) => ({ url: `s3://${BUCKET}/${key}` })));
    if (listOf(parts) !== listOf(entries)) return 'its entries are not the parts of its runs';
    const known = new Set(columns.map(({ name }) => name));
    const lost = chain.flatMap((manifest) => manifest.columns).find(({ name }) => !known.has(name));
    if (lost !== undefined) return `it lacks the column ${lost.name} of its parts`;
    return chain[0]?.window === undefined ? undefined : wrongRows(this.#world, latest, chain);
  }

  #onSymlinks(table: string, text: string, metadata: Metadata, replaced: Metadata | undefined): void {
    const runId = metadata[SYMLINKS_RUN] ?? '';
    const wrong = (detail: string) => this.#report('symlinks-follow', `${table} at run ${runId}: ${detail}.`);
    if (this.#listed.get(`${table} ${runId}`) !== text) wrong('the list is not that of latest at this run');
    if (!isNewerRun(runId, replaced?.[SYMLINKS_RUN])) wrong(`it stood at ${replaced?.[SYMLINKS_RUN]}`);
  }

  #ledger(): LedgerView {
    return new LedgerView(this.#world.bucket);
  }

  #report(invariant: Invariant, detail: string): void {
    this.#world.watch.report(invariant, detail);
  }
}

function listOf(entries: readonly { readonly url: string }[]): string {
  return entries.map(({ url }) => `${url}\n`).join('');
}

type Metadata = Readonly<Record<string, string>>;

/** The watermark that a run ends with. */
function reachedBy({ up_to: upTo, watermark }: Pick<NonNullable<TableManifest['window']>, 'up_to' | 'watermark'>) {
  return upTo ?? watermark;
}

/** What is wrong with the runs of latest: the first landed the whole table, each other goes on from the one before it. */
function brokenChain({ run_id: runId, runs }: LatestPointer, chain: readonly TableManifest[]): string | undefined {
  if (chain.length !== runs.length) return 'one of its runs has no manifest';
  if (runs.at(-1)?.run_id !== runId) return 'it does not end with its run';
  for (const [index, { window, parts, run_id: link }] of chain.entries()) {
    const isWhole = window === undefined || window.kind === 'full';
    if (isWhole !== (index === 0)) return `run ${link} has no place there`;
    if (index > 0 && window?.based_on !== runs[index - 1]?.run_id) return `run ${link} goes on from another one`;
    if (parts.length !== runs[index]?.parts) return `run ${link} has ${parts.length} parts`;
  }
  return undefined;
}
