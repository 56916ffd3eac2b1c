import { type Zippable, zipSync } from 'fflate';

/** The oldest moment that a zip can name, by the clock of whatever zone: the same bytes everywhere. */
const NO_TIME = new Date(1980, 0, 1);
/** Attributes as Unix has them; without, whoever unpacks may end up with files that nobody may read. */
const UNIX = 3;
const READABLE_FILE = 0o100644 << 16;

/** A zip of files by their paths. The same files give the same bytes, so that an unchanged function is not deployed again. */
export function deterministicZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const entries: Zippable = {};
  for (const [path, contents] of sorted) {
    entries[path] = [contents, { mtime: NO_TIME, os: UNIX, attrs: READABLE_FILE >>> 0 }];
  }
  return zipSync(entries, { level: 9 });
}
