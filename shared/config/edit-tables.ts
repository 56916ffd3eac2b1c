import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';
import { ConfigError } from '../core/errors.ts';
import { isOriginalFile } from './original-file.ts';
import { readYaml } from './yaml-text.ts';

/** More than the key under which a mapping stands, where the file itself does not show another step. */
const INDENT_STEP = 2;

type TableMap = YAMLMap<unknown, unknown>;

/**
 * The text of a configuration with more tables in a source, each with no settings of its own. Every other character stays
 * where it is: comments, blank lines and the way that the rest is written.
 *
 * @param text of a configuration that has been checked
 * @param keys under `tables`, none of which the source has
 * @throws ConfigError CONFIG_NOT_EDITABLE when the tables of the source are written in a form that has no place for them
 */
export function withTables(text: string, file: string, source: string, keys: readonly string[]): string {
  if (keys.length === 0) return text;
  const edited = new TableEdit(text, file, source).with(keys);
  expectOnlyAdded(text, edited, file, source, keys);
  return edited;
}

class TableEdit {
  readonly #text: string;
  readonly #file: string;
  readonly #source: string;
  readonly #lines = new LineCounter();
  readonly #endOfLine: string;

  constructor(text: string, file: string, source: string) {
    this.#text = text;
    this.#file = file;
    this.#source = source;
    this.#endOfLine = text.includes('\r\n') ? '\r\n' : '\n';
  }

  with(keys: readonly string[]): string {
    const { sources, tables } = this.#find();
    const last = tables.map.items.at(-1);
    if (tables.map.flow !== true && last !== undefined) return this.#behindBlock(tables.map, last, keys);
    if (last !== undefined) return this.#behindFlow(tables.map, last, keys);
    return sources.flow === true || tables.parent.flow === true
      ? this.#intoEmptyFlow(tables, keys)
      : this.#intoEmptyBlock(tables, keys);
  }

  #find() {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, schema: 'core', stringKeys: true });
    const value: unknown = document.toJS();
    if (isOriginalFile(value)) throw this.#notEditable('it is a file of tables only, each with a query of its own');
    const sources = document.get('sources', true);
    const source = isMap(sources) ? pairOf(sources, this.#source)?.value : undefined;
    const pair = isMap(source) ? pairOf(source, 'tables') : undefined;
    if (isAlias(source) || isAlias(pair?.value)) throw this.#notEditable('they stand elsewhere, and here by an alias');
    if (!isMap(sources) || !isMap(source) || !isMap(pair?.value) || pair.value.has('Tables')) {
      throw this.#notEditable('they are a list of queries, as a file of the original kind has it');
    }
    return { sources, tables: { map: pair.value as TableMap, key: pair.key as Node, parent: source } };
  }

  /** On lines of their own behind the last table, indented as that one. */
  #behindBlock(map: TableMap, last: Pair, keys: readonly string[]): string {
    const indent = this.#columnOf(startOf(map.items[0]!.key));
    return this.#insertLines(this.#lineEndBehind(endOf(last)), this.#blockLines(keys, indent));
  }

  #behindFlow(map: TableMap, last: Pair, keys: readonly string[]): string {
    const [first, end] = [startOf(map.items[0]!.key), endOf(last)];
    const isOnLines = this.#text.slice(map.range![0], first).includes('\n');
    const gap = isOnLines ? `${this.#endOfLine}${' '.repeat(this.#columnOf(first))}` : ' ';
    const added = keys.map((key) => `,${gap}${flowEntry(key)}`).join('');
    return this.#text.slice(0, end) + added + this.#text.slice(end);
  }

  /** `tables: {}` among braces, as JSON has it: each on a line of its own between them. */
  #intoEmptyFlow({ map, key }: Found, keys: readonly string[]): string {
    const [start, end] = map.range!;
    const indent = this.#indentOfLine(startOf(key));
    const inner = keys.map((each) => `${indent}${' '.repeat(INDENT_STEP)}${flowEntry(each)}`);
    const body = `{${this.#endOfLine}${inner.join(`,${this.#endOfLine}`)}${this.#endOfLine}${indent}}`;
    return this.#text.slice(0, start) + body + this.#text.slice(end);
  }

  /** The braces of `tables: {}` go, a comment behind them stays, and the tables stand below. */
  #intoEmptyBlock({ map, key, parent }: Found, keys: readonly string[]): string {
    const [start, end] = map.range!;
    const column = this.#columnOf(startOf(key));
    const colon = this.#text.lastIndexOf(':', start);
    const rest = this.#text.slice(end);
    const kept = rest.slice(0, lineLength(rest));
    const head = this.#text.slice(0, colon + 1) + (kept.trim() === '' ? '' : ` ${kept.trim()}`);
    const indent = column + this.#stepOf(parent);
    const after = rest.slice(kept.length);
    return `${head}${this.#endOfLine}${this.#blockLines(keys, indent)}${after.replace(/^\r?\n/, '')}`;
  }

  /** How far a source's keys are indented more than its name. */
  #stepOf(source: TableMap): number {
    const own = this.#columnOf(startOf(source.items[0]!.key));
    const lines = this.#text.slice(0, startOf(source.items[0]!.key)).split('\n');
    const outer = lines.toReversed().find((line) => line.trim() !== '' && !/^\s*#/.test(line) && indentOf(line) < own);
    return outer === undefined ? INDENT_STEP : own - indentOf(outer);
  }

  #blockLines(keys: readonly string[], indent: number): string {
    return keys.map((key) => `${' '.repeat(indent)}${blockEntry(key)}${this.#endOfLine}`).join('');
  }

  #insertLines(at: number, lines: string): string {
    const before = this.#text.slice(0, at);
    const joined = before.endsWith('\n') ? before : `${before}${this.#endOfLine}`;
    return joined + lines + this.#text.slice(at);
  }

  /** Where the next line begins; a block text ends there already. */
  #lineEndBehind(offset: number): number {
    if (this.#text[offset - 1] === '\n') return offset;
    const end = this.#text.indexOf('\n', offset);
    return end < 0 ? this.#text.length : end + 1;
  }

  #columnOf(offset: number): number {
    return this.#lines.linePos(offset).col - 1;
  }

  #indentOfLine(offset: number): string {
    const start = this.#text.lastIndexOf('\n', offset - 1) + 1;
    return /^[ ]*/.exec(this.#text.slice(start))![0];
  }

  #notEditable(why: string): ConfigError {
    return new ConfigError(
      'CONFIG_NOT_EDITABLE',
      `The tables of source "${this.#source}" in ${this.#file} cannot be added to: ${why}.`,
      { remedy: 'Write `tables` as a mapping, such as `tables: {}`, or add the tables by hand.' },
    );
  }
}

interface Found {
  readonly map: TableMap;
  readonly key: Node;
  readonly parent: TableMap;
}

function pairOf(map: TableMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function startOf(node: unknown): number {
  return (node as Node).range![0];
}

/** Where the last character of a table's settings, or of its name, stands. */
function endOf({ key, value }: Pair): number {
  const node = value as Node | null;
  if (isMap(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1)!);
  const own = node?.range ?? (key as Node).range!;
  return own[1];
}

function lineLength(text: string): number {
  const end = /\r?\n/.exec(text);
  return end === null ? text.length : end.index;
}

function indentOf(line: string): number {
  return /^[ ]*/.exec(line)![0].length;
}

/** Quoted where YAML needs it, in one line. */
function blockEntry(key: string): string {
  const entry = stringify({ [key]: {} }, { lineWidth: 0 }).trimEnd();
  return entry.startsWith('?') || entry.includes('\n') ? flowEntry(key) : entry;
}

function flowEntry(key: string): string {
  return `${JSON.stringify(key)}: {}`;
}

/** The file is the user's: what comes out says what it said before, and the new tables. */
function expectOnlyAdded(before: string, after: string, file: string, source: string, keys: readonly string[]): void {
  const [old, edited] = [before, after].map((text) => readYaml(text, file).value as Sources);
  const tables = { ...old!.sources[source]!.tables, ...Object.fromEntries(keys.map((key) => [key, {}])) };
  const expected = { ...old, sources: { ...old!.sources, [source]: { ...old!.sources[source], tables } } };
  if (isDeepStrictEqual(edited, expected)) return;
  throw new ConfigError('CONFIG_NOT_EDITABLE', `Adding tables to ${file} would change more than them.`, {
    remedy: 'Nothing was written. Add the tables by hand.',
  });
}

interface Sources {
  readonly sources: Readonly<Record<string, { readonly tables: object }>>;
}
