import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  dependencyProblems,
  envProblems,
  importProblems,
  nameProblems,
  type PackageFile,
  placeProblems,
  type SourceFile,
  sizeProblems,
  versionProblems,
} from './support/architecture.ts';
import { parseSource } from './support/parsed-source.ts';

/** Neither written by us nor part of the repository. */
const NOT_OURS = new Set(['.git', 'node_modules', 'coverage', 'landed', '.tmp', '.build', '.serverless']);
const TEXT = /\.(ts|js|mjs|json|ya?ml|md|txt|sql|html|css|sh)$|^[^.]*$|^\.(editorconfig|gitignore|npmrc)$/;
const CODE = /^(handlers|shared|cli|local|config|bench)\/.*\.ts$/;

function pathsUnder(folder: string): string[] {
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return pathsUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  return { path, lineCount: text.split('\n').length - 1, ...parseSource(text) };
}

const paths = pathsUnder('');
const code = paths.filter((path) => CODE.test(path)).map(sourceFile);
const tests = paths.filter((path) => /^test\/.*\.ts$/.test(path)).map(sourceFile);
const packageFile = JSON.parse(readFileSync('package.json', 'utf8')) as PackageFile;

describe('the architecture', () => {
  it('has files to look at', () => {
    expect(code.length).toBeGreaterThan(50);
    expect(tests.length).toBeGreaterThan(10);
  });

  it('holds the directions of imports', () => {
    expect(code.flatMap(importProblems)).toEqual([]);
  });

  it('uses only packages that package.json lists', () => {
    expect(code.flatMap((file) => dependencyProblems(file, packageFile))).toEqual([]);
  });

  it('reads process.env in one file', () => {
    expect(code.flatMap(envProblems)).toEqual([]);
  });

  it('has files of a size to read in one go', () => {
    expect([...code, ...tests].flatMap(sizeProblems)).toEqual([]);
  });

  it('has names that say something', () => {
    expect([...code, ...tests].flatMap(nameProblems)).toEqual([]);
  });

  it('pins every dependency exactly', () => {
    expect(versionProblems(packageFile)).toEqual([]);
  });

  it('names no place that exists on one machine only', () => {
    const named = paths.filter((path) => TEXT.test(path.split('/').at(-1)!));
    expect(named.length).toBeGreaterThan(code.length);
    expect(named.flatMap((path) => placeProblems(path, readFileSync(path, 'utf8')))).toEqual([]);
  });
});
