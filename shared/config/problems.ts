import { ConfigError } from '../core/errors.ts';
import { type ConfigPath, pathText } from './path.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1; undefined when the problem is the file itself, or a setting given outside the file. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Such as `sources.shop.tables."public.orders".format`; empty for the whole file. */
  readonly path: string;
  /** What was found and what is allowed. */
  readonly message: string;
}

export type ConfigErrorCode = 'CONFIG_INVALID' | 'CONFIG_SYNTAX' | 'CONFIG_UNREADABLE';

/** Every problem of one configuration at once: the message has one line for each. */
export class InvalidConfigError extends ConfigError {
  readonly problems: readonly ConfigProblem[];

  constructor(code: ConfigErrorCode, problems: readonly ConfigProblem[], cause?: unknown) {
    const remedy =
      problems.length === 1 ? 'Correct it and run again.' : `Correct these ${problems.length} places and run again.`;
    super(code, problems.map(problemLine).join('\n'), { remedy, cause });
    this.problems = problems;
  }
}

function problemLine({ file, line, path, message }: ConfigProblem): string {
  return [line === undefined ? file : `${file}:${line}`, path, message].filter((piece) => piece !== '').join(': ');
}

export interface Position {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The path as the user's own file has it. */
  readonly path: ConfigPath;
}

/** Says where a value, or the key before it, stands. A value that is missing is where its parent is. */
export type Locate = (path: ConfigPath, at: 'key' | 'value') => Position;

/** Collects problems, so that all are told together. */
export class ProblemReport {
  readonly locate: Locate;
  readonly #problems: ConfigProblem[] = [];
  readonly #seen = { key: new Set<string>(), value: new Set<string>() };
  readonly #parents = new Set<string>();

  constructor(locate: Locate) {
    this.locate = locate;
  }

  /** Only the first problem of a key and of a value counts: a second one is mostly its shadow. */
  add(path: ConfigPath, message: string, at: 'key' | 'value' = 'value'): void {
    const seenAs = JSON.stringify(path);
    if (this.#seen[at].has(seenAs)) return;
    this.#seen[at].add(seenAs);
    for (let length = 0; length <= path.length; length++) this.#parents.add(JSON.stringify(path.slice(0, length)));
    const { path: ownPath, ...place } = this.locate(path, at);
    this.#problems.push({ ...place, path: pathText(ownPath), message });
  }

  has(path: ConfigPath): boolean {
    const seenAs = JSON.stringify(path);
    return this.#seen.key.has(seenAs) || this.#seen.value.has(seenAs);
  }

  /** Whether the value, or anything in it, has a problem. */
  hasWithin(path: ConfigPath): boolean {
    return this.#parents.has(JSON.stringify(path));
  }

  /** @throws InvalidConfigError with every problem, in the order of the file. */
  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    const inOrder = this.#problems.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || a.path.length - b.path.length,
    );
    throw new InvalidConfigError('CONFIG_INVALID', inOrder);
  }
}
