import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { type ConfigPath, pathText } from './path.ts';
import { type ConfigProblem, InvalidConfigError, type Locate } from './problems.ts';
import { yamlLocator } from './yaml-locator.ts';

/** Uses of one anchor, times the anchors within it: far above what people write, far below what exhausts memory. */
const MAX_ALIAS_COUNT = 1000;
const MAX_SYNTAX_PROBLEMS = 20;

export interface YamlText {
  readonly value: unknown;
  readonly locate: Locate;
  /** Keys that were given twice, which the value itself no longer shows. */
  readonly keyProblems: readonly { readonly path: ConfigPath; readonly message: string }[];
}

/**
 * Reads one YAML 1.2 document; JSON is YAML too. Keys are text, values are of the core schema.
 * @throws InvalidConfigError when it is empty, cut off or otherwise not YAML. The parser's own words are never used,
 *   because they quote the text, which may hold a password.
 */
export function readYaml(text: string, file: string): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    // With 'silent' a second document would be passed over.
    logLevel: 'error',
  });
  const syntaxProblems = syntaxProblemsOf([...document.errors, ...document.warnings], lineCounter, file);
  if (syntaxProblems.length > 0) throw new InvalidConfigError('CONFIG_SYNTAX', syntaxProblems);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    throw fileError(file, 'found an empty file; allowed: a configuration that begins with "version: 1"');
  }
  const locate = yamlLocator(document, lineCounter, file);
  return { value: plainValue(document, file), locate, keyProblems: keyProblemsOf(document.contents, [], lineCounter) };
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch {
    throw fileError(
      file,
      `found an alias (*name) without its anchor (&name), or one that stands for itself, or more than ${MAX_ALIAS_COUNT} uses of one; ` +
        'allowed: aliases of anchors above them',
    );
  }
}

function fileError(file: string, message: string): InvalidConfigError {
  return new InvalidConfigError('CONFIG_SYNTAX', [{ file, line: 1, column: 1, path: '', message }]);
}

const SYNTAX_MESSAGES: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'found a tab in the indentation; allowed: spaces',
  MISSING_CHAR: 'found the end of a quoted text, list or mapping missing; the file may be cut off',
  BAD_INDENT: 'found an indentation that does not fit, or a bracket that is not closed; the file may be cut off',
  MULTIPLE_DOCS: 'found a second document after "---"; allowed: one document in a file',
  TAG_RESOLVE_FAILED: 'found a tag ("!…"); allowed: plain YAML without tags',
  NON_STRING_KEY: 'found a list or a mapping as a key; allowed: text',
  RESOURCE_EXHAUSTION: 'found brackets nested too deeply; allowed: the few levels of a configuration',
  BAD_SCALAR_START: 'found a text that begins with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'found a second ":" on the line; put text that has ": " in it in quotes',
  MULTILINE_IMPLICIT_KEY: 'found a key that is not on one line, or a line without ":"',
};

function syntaxProblemsOf(errors: readonly YAMLError[], lineCounter: LineCounter, file: string): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const { code, pos } of errors) {
    const { line, col: column } = lineCounter.linePos(pos[0]);
    const message = `${SYNTAX_MESSAGES[code] ?? 'found text that is not YAML'} (YAML syntax, column ${column})`;
    // One broken bracket makes the parser complain at every level around it.
    if (problems.size < MAX_SYNTAX_PROBLEMS && !problems.has(`${line}`)) {
      problems.set(`${line}`, { file, line, column, path: '', message });
    }
  }
  return [...problems.values()].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function keyProblemsOf(node: unknown, path: ConfigPath, lineCounter: LineCounter): YamlText['keyProblems'][number][] {
  if (isSeq(node)) return node.items.flatMap((item, index) => keyProblemsOf(item, [...path, index], lineCounter));
  if (!isMap(node)) return [];
  const firstLines = new Map<string, number>();
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const inner = keyProblemsOf(value, [...path, name], lineCounter);
    const firstLine = firstLines.get(name);
    if (firstLine === undefined) firstLines.set(name, lineCounter.linePos(key.range?.[0] ?? 0).line);
    const message = keyProblem(name, firstLine);
    return message === undefined ? inner : [{ path: [...path, name], message }, ...inner];
  });
}

function keyProblem(name: string, firstLine: number | undefined): string | undefined {
  if (name === '__proto__') return 'found a key that cannot be used; allowed: any other name';
  if (firstLine === undefined) return undefined;
  return `found ${pathText([name])} a second time (first in line ${firstLine}); allowed: every key once`;
}
