import { posix } from 'node:path';
import type { ImportOf, ParsedSource } from './parsed-source.ts';

/** A file by its path from the project's root, with `/` on every machine. */
export interface SourceFile extends ParsedSource {
  readonly path: string;
  readonly lineCount: number;
}

export interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export const ENV_READER = 'shared/lambda/settings.ts';
const STATIONS = ['source', 'format', 'landing', 'ledger', 'queue', 'alert', 'report'].map((name) => `shared/${name}`);
const GROUND = ['shared/core', 'shared/config'];

/** For each part the parts it may import, besides itself. What is not named here has no place in the project. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  'shared/core': [],
  'shared/config': ['shared/core'],
  ...Object.fromEntries(STATIONS.map((station) => [station, GROUND])),
  'shared/flow': [...GROUND, ...STATIONS],
  'shared/lambda': [...GROUND, ...STATIONS, 'shared/flow'],
  handlers: ['shared'],
  local: ['shared', 'handlers'],
  cli: ['shared', 'local'],
  bench: ['shared', 'local', 'handlers', 'test/support'],
  config: [...GROUND, 'shared/alert', 'shared/lambda'],
};

/** Pure, and the same on every machine: a hash is a value like any other. */
const CORE_MAY_IMPORT = new Set(['node:crypto']);

/** The emulators and the database are programs of others, whose inner files are found at run time. */
const MAY_COMPUTE_IMPORTS = new Set(['local']);
const LAMBDA_ONLY = /^@(middy|aws-lambda-powertools)\//;

/** Parts that are not to know each other although they live under one roof. */
const SIBLINGS = /^shared\/source\/([^/]+)\//;
const FOR_ALL_SIBLINGS = 'columns';

/** Every import that goes against the design's directions, one sentence each. */
export function importProblems({ path, imports }: SourceFile): string[] {
  const part = partOf(path);
  if (part === undefined) return [`${path} belongs to no part of the design`];
  return imports.flatMap((each) =>
    mayImport(path, part, each) ? [] : [`${path} imports ${each.specifier || 'something computed'}`],
  );
}

function mayImport(path: string, part: string, { specifier, typeOnly }: ImportOf): boolean {
  if (!specifier.startsWith('.')) return mayImportPackage(part, specifier, typeOnly);
  const target = posix.join(posix.dirname(path), specifier);
  if (part === 'cli' && target === 'package.json') return true;
  const [own, other] = [SIBLINGS.exec(path)?.[1], SIBLINGS.exec(target)?.[1]];
  if (own !== undefined && other !== undefined && own !== other && other !== FOR_ALL_SIBLINGS) return false;
  return [part, ...(DIRECTIONS[part] ?? [])].some((allowed) => target.startsWith(`${allowed}/`));
}

function mayImportPackage(part: string, specifier: string, typeOnly: boolean): boolean {
  if (specifier === '') return MAY_COMPUTE_IMPORTS.has(part);
  if (part === 'shared/core') return CORE_MAY_IMPORT.has(specifier);
  return part === 'shared/lambda' || typeOnly || !LAMBDA_ONLY.test(specifier);
}

function partOf(path: string): string | undefined {
  return Object.keys(DIRECTIONS).find((part) => path.startsWith(`${part}/`));
}

/** Packages used without being dependencies: they are there by chance. What a Lambda runs may not be for development only. */
export function dependencyProblems(
  { path, imports }: SourceFile,
  { dependencies, devDependencies }: PackageFile,
): string[] {
  const deployed = path.startsWith('shared/') || path.startsWith('handlers/');
  const known = { ...dependencies, ...(deployed ? {} : devDependencies) };
  const packages = imports.filter(({ specifier, typeOnly }) => !typeOnly && !/^(\.|node:|$)/.test(specifier));
  return packages.flatMap(({ specifier }) => {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    return Object.hasOwn(known, name) ? [] : [`${path} imports ${name}, which package.json does not list for it`];
  });
}

export function envProblems({ path, readsEnv }: SourceFile): string[] {
  return readsEnv && path !== ENV_READER ? [`${path} reads process.env; only ${ENV_READER} does`] : [];
}

export const MAX_SOURCE_LINES = 250;
export const MAX_TEST_LINES = 400;

export function sizeProblems({ path, lineCount }: Pick<SourceFile, 'path' | 'lineCount'>): string[] {
  const maxLines = path.startsWith('test/') ? MAX_TEST_LINES : MAX_SOURCE_LINES;
  return lineCount > maxLines ? [`${path} has ${lineCount} lines; allowed are ${maxLines}`] : [];
}

/** Says nothing wherever it stands in a name. */
const EMPTY_WORDS = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'misc']);
/** Says nothing alone, though a `DataPage` or a `runningProcess` may be just that. */
const EMPTY_ALONE = new Set(['common', 'data', 'process']);

export function nameProblems({ path, declared }: Pick<SourceFile, 'path' | 'declared'>): string[] {
  const steps = path.split('/').map((step) => step.replace(/\..*$/, ''));
  const badSteps = steps.filter((step) => isBanned(step.split(/[-_]/)));
  const badNames = declared.filter((name) => isBanned(wordsOf(name)));
  return [...badSteps, ...badNames].map((name) => `${path} has the banned name ${name}`);
}

/** A name that is not ours to choose. */
const PRODUCTS = /secretsManager/gi;

function wordsOf(identifier: string): string[] {
  return identifier
    .replace(PRODUCTS, 'Secrets')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split('_');
}

function isBanned(words: readonly string[]): boolean {
  const lower = words.map((word) => word.toLowerCase()).filter((word) => word !== '');
  if (lower.some((word) => EMPTY_WORDS.has(word))) return true;
  return lower.length === 1 ? EMPTY_ALONE.has(lower[0]!) : lower[0] === 'handle';
}

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

export function versionProblems({ dependencies, devDependencies, overrides }: PackageFile): string[] {
  const all = Object.entries({ ...dependencies, ...devDependencies, ...overrides });
  return all.flatMap(([name, version]) =>
    typeof version === 'string' && EXACT_VERSION.test(version)
      ? []
      : [`${name} is not pinned: ${JSON.stringify(version)}`],
  );
}

/** Places that exist on one machine or in one network only. A URL's own path is none of them. */
const ONE_MACHINE: readonly RegExp[] = [
  /(?<![\w.~}-])\/(?:home|Users|root|work|workspace)\/[\w.-]+/,
  /\b[A-Z]:\\+Users\\/,
  /\bhttps?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*(?::\d+)?\//i,
  /"resolved":\s*"http/,
];

export function placeProblems(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const found = ONE_MACHINE.map((place) => place.exec(line)?.[0]).find((place) => place !== undefined);
    return found === undefined ? [] : [`${path}:${index + 1} names ${found}`];
  });
}
