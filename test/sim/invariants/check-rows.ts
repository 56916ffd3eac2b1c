import type { KeyBound, KeyValues } from '../../../shared/core/key.ts';
import { partKey } from '../../../shared/core/object-key.ts';
import type { ManifestPart, PlannedChunk, TableManifest } from '../../../shared/core/records.ts';
import type { UpdateKeyWindow } from '../../../shared/source/source.ts';
import type { LoggedRead } from '../database/read-log.ts';
import type { TableHistory } from '../database/table-history.ts';
import { isInWindow } from '../database/update-key.ts';
import type { World } from '../world/world.ts';
import { type LandedRows, landedRows } from './landed-rows.ts';
import { LedgerView } from './ledger-keys.ts';
import { lineOf, ReadRows } from './read-rows.ts';
import { isSameWindow, spanOf, windowOfRecord } from './window-spans.ts';

/** Compares every row that landed with the rows that the database gave, and the ranges with the keys there are. */
export function checkRows(world: World): void {
  const ledger = new LedgerView(world.bucket);
  const reads = new ReadRows();
  for (const manifest of ledger.manifests()) {
    const plan = ledger.tablePlan(manifest.run_id, manifest.table);
    const chunks = plan?.chunks ?? [{ from: null, to: null }];
    new ManifestCheck(world, manifest, chunks, reads).run();
  }
}

class ManifestCheck {
  readonly #world: World;
  readonly #manifest: TableManifest;
  readonly #chunks: readonly PlannedChunk[];
  readonly #rows: ReadRows;
  readonly #history: TableHistory;
  readonly #window: UpdateKeyWindow | undefined;
  readonly #reads: readonly LoggedRead[];
  /** Reads that may be the one of a read id. */
  readonly #byReadId = new Map<string, ReadonlySet<LoggedRead>>();
  /** How often each key landed, in all parts. */
  readonly #landedKeys = new Map<string, number>();

  constructor(world: World, manifest: TableManifest, chunks: readonly PlannedChunk[], rows: ReadRows) {
    this.#world = world;
    this.#manifest = manifest;
    this.#chunks = chunks;
    this.#rows = rows;
    this.#window = windowOfRecord(manifest.window);
    this.#history = world.database.table(manifest.table).history;
    this.#reads = world.database.reads.filter(({ table }) => table === manifest.table);
  }

  run(): void {
    const { parts, rows } = this.#manifest;
    this.#require(this.#tiles(), 'the chunks do not tile the keys');
    this.#chunks.forEach((chunk, number) => {
      this.#checkChunk(
        chunk,
        number,
        parts.filter((part) => part.chunk === number),
      );
    });
    this.#require(
      parts.every(({ chunk }) => chunk < this.#chunks.length),
      'a part is of no chunk',
    );
    this.#require(rows === parts.reduce((sum, part) => sum + part.rows, 0), 'the sum of the rows differs');
    const isOfOneRead = new Set(parts.map((part) => part.read_id)).size <= 1 && this.#chunks.length === 1;
    const isPerPart = this.#manifest.consistency === 'per-part';
    this.#require(isPerPart || isOfOneRead, 'rows of several reads are said to have one moment');
    const { changed } = this.#world.database;
    if (!changed.has(this.#manifest.table)) {
      const all = this.#history.state().rows.filter((row) => isInWindow(row, this.#window)).length;
      this.#require(rows === all, `${rows} rows landed where there always were ${all}`);
    }
    this.#checkKeys();
    this.#checkNeighbours();
  }

  /** Whatever the reads saw: a key lands at most once, and one that was never away lands. */
  #checkKeys(): void {
    for (const [key, times] of this.#landedKeys) this.#require(times === 1, `the key ${key} landed ${times} times`);
    const lasting = this.#window === undefined ? this.#history.lastingKeys() : this.#lastingInWindow();
    for (const key of lasting) this.#require(this.#landedKeys.has(key.join()), `the key ${key.join()} did not land`);
  }

  /** Of rows in the window that could be seen, unchanged, from its bound to the end of its reads. */
  #lastingInWindow(): KeyValues[] {
    const span = spanOf(this.#world, this.#manifest);
    this.#require(span !== undefined, 'no bound was taken as its window says');
    if (span === undefined) return [];
    const { rows } = this.#history.state(span.boundAt);
    const lasting = rows.filter((row) => (this.#history.life(row.stamp)?.until ?? 0) > span.readUntil);
    return lasting.filter((row) => isInWindow(row, this.#window)).map(({ key }) => key);
  }

  #tiles(): boolean {
    const chunks = this.#chunks;
    return chunks.every(({ from, to }, index) => {
      const next = chunks[index + 1];
      const meets = next === undefined ? to === null : to !== null && JSON.stringify(to) === JSON.stringify(next.from);
      const starts = index > 0 || from === null;
      return meets && starts && (from === null || to === null || this.#history.compare(from, to) < 0);
    });
  }

  /** Each part goes on where the one before it ended, in a read that saw what is between them. */
  #checkChunk(chunk: PlannedChunk, number: number, parts: readonly ManifestPart[]): void {
    let cursor: KeyBound | undefined = chunk.from === null ? undefined : { values: chunk.from, inclusive: true };
    parts.forEach((part, sequence) => {
      const isLast = sequence === parts.length - 1;
      this.#require(part.sequence === sequence, `part ${number}-${sequence} is missing`);
      this.#require(part.ends_chunk === isLast, `part ${number}-${sequence} is wrong about the chunk's end`);
      this.#checkPart(part, chunk, cursor);
      if (part.last_key !== null) cursor = { values: part.last_key, inclusive: false };
    });
    if (parts.length > 0) return;
    const empty = this.#reads.some(
      (read) => read.sawEnd && read.rows.length === 0 && this.#covers(read, cursor, chunk),
    );
    this.#require(empty, `chunk ${number} has no part, and no read found it empty`);
  }

  #checkPart(part: ManifestPart, chunk: PlannedChunk, cursor: KeyBound | undefined): void {
    const stored = this.#world.bucket.objects.get(part.key);
    const landed = stored === undefined ? undefined : landedRows(stored.body, this.#manifest.format);
    if (landed === undefined) {
      this.#require(false, `${part.key} is not there`);
      return;
    }
    this.#checkColumns(part, landed);
    for (const cells of landed.rows) this.#noteKey(cells);
    const lines = landed.rows.map(lineOf);
    this.#require(lines.length === part.rows, `${part.key} has ${lines.length} rows, its record ${part.rows}`);
    const program = part.attempt_id.split('.')[0];
    const possible =
      this.#byReadId.get(part.read_id) ?? new Set(this.#reads.filter((read) => read.program === program));
    const explaining = [...possible].filter((read) => this.#explains(read, part, lines, chunk, cursor));
    this.#byReadId.set(part.read_id, new Set(explaining));
    this.#require(explaining.length > 0, `no read gave the rows of ${part.key} (${lines.length} rows)`);
  }

  #noteKey(cells: readonly (string | null)[]): void {
    const key = cells.slice(0, this.#history.keyColumns.length).join();
    this.#landedKeys.set(key, (this.#landedKeys.get(key) ?? 0) + 1);
  }

  /** True when the rows are just those that the read gave behind the cursor. */
  #explains(
    read: LoggedRead,
    part: ManifestPart,
    lines: readonly string[],
    chunk: PlannedChunk,
    cursor: KeyBound | undefined,
  ): boolean {
    if (!this.#covers(read, cursor, chunk)) return false;
    const range = cursor === undefined ? {} : { from: cursor };
    const start = read.rows.findIndex((row) => this.#history.isWithin(row.key, range));
    const given = start < 0 ? [] : this.#rows.linesOf(read, this.#history).slice(start);
    if (part.ends_chunk && !(read.sawEnd && given.length === lines.length)) return false;
    return lines.length <= given.length && lines.every((line, index) => line === given[index]);
  }

  /** True when the read was of the manifest's window, began at the cursor or before it, and ended at the chunk's end. */
  #covers({ range, window }: LoggedRead, cursor: KeyBound | undefined, { to }: PlannedChunk): boolean {
    if (!isSameWindow(window, this.#window)) return false;
    if (JSON.stringify(range.to ?? null) !== JSON.stringify(to)) return false;
    if (range.from === undefined) return true;
    if (cursor === undefined) return false;
    const order = this.#history.compare(range.from.values, cursor.values);
    return order < 0 || (order === 0 && (range.from.inclusive || !cursor.inclusive));
  }

  #checkColumns(part: ManifestPart, { columns }: LandedRows): void {
    const { columns: promised, schema_hash: hash } = this.#manifest;
    const names = promised.map(({ name }) => name).join();
    const holds = part.schema_hash === hash && (columns === undefined || columns.join() === names);
    this.#world.watch.require(holds, 'one-schema', () => `${part.key} has other columns than its manifest.`);
  }

  #checkNeighbours(): void {
    const { folder, run_id: runId, parts } = this.#manifest;
    const known = new Set(parts.map(({ key }) => key));
    const isShared = !folder.includes(runId);
    const [sample = ''] = partKey({ folder, runId, chunk: 0, sequence: 0, extension: 'x' }).match(/^.*part-/) ?? [];
    const own = this.#world.bucket.keysBelow(sample).filter((key) => !isShared || key.includes(`.${runId}.`));
    const stray = own.find((key) => !known.has(key));
    this.#world.watch.require(stray === undefined, 'no-stray-part', () => `${stray} stands beside a committed table.`);
  }

  #require(holds: boolean, detail: string): void {
    const { run_id: runId, table } = this.#manifest;
    this.#world.watch.require(holds, 'rows-exact', () => `${table} of run ${runId}: ${detail}.`);
  }
}
