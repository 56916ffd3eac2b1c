import type { LatestPointer, TableManifest } from '../../../shared/core/records.ts';
import type { Row, TableHistory } from '../database/table-history.ts';
import type { World } from '../world/world.ts';
import { landedRows } from './landed-rows.ts';
import { spanOf, type WindowSpan } from './window-spans.ts';

/**
 * What is wrong with the rows that a reader makes of the entries of latest, where the newest run of an id wins; undefined
 * when nothing is. `chain` has the manifests of its runs.
 *
 * The rule: every row that could be seen at the bound of the newest run with an update key up to that bound is there as it
 * was then, or as it was later. Only a row that changed once more between the bound and the end of the reads may be older
 * or missing: its new version is greater than the bound and comes with the next run. A row that was deleted may remain
 * until the table lands whole: none is there that was gone when the last whole run took its bound. Rows without an update
 * key are those that the last whole run found, where they are to land at all.
 */
export function wrongRows(world: World, { table, entries }: LatestPointer, chain: readonly TableManifest[]) {
  const spans = chain.map((manifest) => spanOf(world, manifest));
  const [first, last] = [spans[0], spans.at(-1)];
  const window = chain.at(-1)?.window;
  if (first === undefined || last === undefined || window === undefined) return 'no bound was taken as a run has it';
  const { history } = world.database.table(table);
  const rebuilt = rebuild(world, history, chain, entries);
  const newest = Math.max(...chain.map((manifest) => Number(manifest.window?.up_to ?? Number.NEGATIVE_INFINITY)));
  const upTo = Number(window.up_to ?? Number.NEGATIVE_INFINITY);
  return (
    lacking(history, rebuilt, { first, last, upTo, landsNulls: window.nulls === 'include-once' }) ??
    foreign(history, rebuilt, { first, newest, landsNulls: window.nulls === 'include-once' })
  );
}

/** The newest stamp of each id, in the order of the entries. */
function rebuild(
  { bucket }: World,
  history: TableHistory,
  chain: readonly TableManifest[],
  entries: LatestPointer['entries'],
): ReadonlyMap<string, number> {
  const rebuilt = new Map<string, number>();
  const format = chain[0]?.format ?? '';
  for (const { url } of entries) {
    const { body } = bucket.get(url.replace(/^s3:\/\/[^/]+\//, ''));
    const { columns = [], rows } = landedRows(body, format);
    const place = columns.indexOf('stamp');
    const keyed = history.keyColumns.map((name) => columns.indexOf(name));
    for (const cells of rows) {
      rebuilt.set(history.identityOf(keyed.map((at) => cells[at] ?? '')), Number(cells[place]));
    }
  }
  return rebuilt;
}

interface Required {
  readonly first: WindowSpan;
  readonly last: WindowSpan;
  readonly upTo: number;
  readonly landsNulls: boolean;
}

function lacking(history: TableHistory, rebuilt: ReadonlyMap<string, number>, required: Required): string | undefined {
  const { first, last, upTo, landsNulls } = required;
  const mustBeThere = ({ stamp, version }: Row) => {
    const life = history.life(stamp);
    if (life === undefined || life.until <= last.readUntil) return false;
    return version === null ? landsNulls && life.from <= first.boundAt : version <= upTo;
  };
  for (const row of history.state(last.boundAt).rows.filter(mustBeThere)) {
    const found = rebuilt.get(history.identityOf(row.key));
    if (found === undefined) return `the row ${row.key.join()} is missing, of version ${row.version} up to ${upTo}`;
    if (found < row.stamp) return `the row ${row.key.join()} is older than it was at the bound`;
  }
  return undefined;
}

interface Allowed {
  readonly first: WindowSpan;
  /** The greatest bound of any run of the chain. */
  readonly newest: number;
  readonly landsNulls: boolean;
}

function foreign(history: TableHistory, rebuilt: ReadonlyMap<string, number>, allowed: Allowed): string | undefined {
  const { first, newest, landsNulls } = allowed;
  for (const [id, stamp] of rebuilt) {
    const life = history.life(stamp);
    if (life === undefined) return `the row ${id} was never like that`;
    if (life.until <= first.boundAt) return `the row ${id} was gone before the table landed whole`;
    const { version } = life.row;
    if (version === null ? !landsNulls : version > newest) return `the row ${id} of version ${version} is not for it`;
  }
  return undefined;
}
