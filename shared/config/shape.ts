import type * as z from 'zod';
import { foundText } from './found.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import { valueAt, without } from './prune.ts';
import { configSchema } from './schema.ts';
import { schemaKeys } from './schema-keys.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? (DeepPartial<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;

/** What is left of a configuration when every value that breaks the schema is taken out; see `checkShape`. */
export type CheckedInput = DeepPartial<z.output<typeof configSchema>>;

/** Names that people and AWS have for a value, too far from it to be found as its misspelling. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dialect: {
    sqlserver: 'mssql',
    'sqlserver-ee': 'mssql',
    'sqlserver-ex': 'mssql',
    'sqlserver-se': 'mssql',
    'sqlserver-web': 'mssql',
    azuresql: 'mssql',
    tsql: 'mssql',
    pg: 'postgres',
    'aurora-postgresql': 'postgres',
  },
};

/**
 * Checks names, types and values against the schema, and reports each problem. Gives back the sound rest, so that
 * rules between values are checked in the same go.
 */
export function checkShape(value: unknown, report: ProblemReport): CheckedInput {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const bad: ConfigPath[] = [];
  for (const issue of result.error.issues.flatMap((each) => innermost(each, value))) {
    for (const { path, message, at } of problemsOf(issue, value)) {
      report.add(path, message, at);
      bad.push(path);
    }
  }
  return (without(value, bad) ?? {}) as CheckedInput;
}

/** Of a union's branches, the one that got farthest is the one that was meant; a key that is missing got nowhere. */
function innermost(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const depth = ({ code, path }: Issue) => {
    if (code === 'unrecognized_keys') return path.length + 1;
    return valueAt(value, [...issue.path, ...path] as ConfigPath) === undefined ? path.length - 1 : path.length;
  };
  const shallowest = (branch: readonly Issue[]) => Math.min(...branch.map(depth));
  const best = issue.errors.reduce((a, b) => (shallowest(b) > shallowest(a) ? b : a));
  if (shallowest(best) <= 0) return [issue];
  return best.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }, value));
}

interface ShapeProblem {
  readonly path: ConfigPath;
  readonly message: string;
  readonly at: 'key' | 'value';
}

function problemsOf(issue: Issue, value: unknown): ShapeProblem[] {
  const path = issue.path as ConfigPath;
  if (issue.code === 'unrecognized_keys') {
    const allowed = schemaKeys(configSchema, path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKeyMessage(key, allowed), at: 'key' }));
  }
  return [{ path, message: valueMessage(issue, valueAt(value, path), path), at: 'value' }];
}

function unknownKeyMessage(key: string, allowed: readonly string[]): string {
  return `found an unknown key; allowed: ${allowed.join(', ')}${didYouMean(key, allowed)}`;
}

function valueMessage(issue: Issue, found: unknown, path: ConfigPath): string {
  const what = found === undefined ? 'is missing' : `found ${foundText(found, path)}`;
  if (issue.code !== 'invalid_value') return `${what}; allowed: ${issue.message}`;
  const values = issue.values.map(String);
  return `${what}; allowed: ${values.join(', ')}${didYouMean(found, values, OTHER_NAMES[String(path.at(-1))])}`;
}
