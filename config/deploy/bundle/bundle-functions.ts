import { mkdir, writeFile } from 'node:fs/promises';
import type { LandfallConfig } from '../../../shared/config/config.ts';
import { artifactOf } from './artifact.ts';
import { type Bundle, buildBundle } from './build-bundle.ts';
import { configFiles } from './config-files.ts';
import { type BundleKind, type FunctionBundle, functionBundles } from './kinds.ts';
import { deterministicZip } from './zip.ts';

export interface BundleOptions {
  /** The configuration's file, which is put into every zip. */
  readonly configPath: string;
  /** Folder for the zips; made when it is not there. */
  readonly outFolder: string;
}

/** A function's zip; its handler is `index.handler`. */
export interface FunctionZip extends FunctionBundle {
  readonly zipPath: string;
  readonly sizeBytes: number;
}

/** Writes the zip of every function of a configuration. Functions of one kind share their code, which is built once. */
export async function bundleFunctions(
  config: LandfallConfig,
  { configPath, outFolder }: BundleOptions,
): Promise<FunctionZip[]> {
  const functions = functionBundles(config);
  const [zips] = await Promise.all([
    zipsByKind(functions, await configFiles(configPath, [...config.sources.values()])),
    mkdir(outFolder, { recursive: true }),
  ]);
  return await Promise.all(
    functions.map(async ({ functionKey, kind }) => {
      const zip = zips.get(kind)!;
      const zipPath = artifactOf(functionKey, outFolder);
      await writeFile(zipPath, zip);
      return { functionKey, kind, zipPath, sizeBytes: zip.length };
    }),
  );
}

async function zipsByKind(
  functions: readonly FunctionBundle[],
  ofConfig: ReadonlyMap<string, Uint8Array>,
): Promise<ReadonlyMap<BundleKind, Uint8Array>> {
  const kinds = [...new Set(functions.map(({ kind }) => kind))];
  const bundles = await Promise.all(kinds.map(buildBundle));
  return new Map(bundles.map((bundle) => [bundle.kind, zipOf(bundle, ofConfig)]));
}

function zipOf({ files }: Bundle, ofConfig: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return deterministicZip(new Map([...files, ...ofConfig]));
}
