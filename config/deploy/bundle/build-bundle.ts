import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { type BundleKind, entryOf } from './kinds.ts';
import { leaveOut } from './left-out.ts';
import { LICENSES_FILE, licensesOf } from './licenses.ts';
import { notNeededBy } from './not-needed.ts';
import { slimmer } from './slimmer.ts';

/** The code of a function. */
export interface Bundle {
  readonly kind: BundleKind;
  /** Contents by path in the function's folder; `index.mjs` is the module that exports `handler`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What is in `index.mjs`: bytes by the path of a module, from the project's root. What was left out is not here. */
  readonly modules: ReadonlyMap<string, number>;
}

export const CODE_FILE = 'index.mjs';
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Modules of packages that give others to Node. */
const ALIASES = {
  // yaml gives ES modules to browsers alone. They are the same code, and need nothing of a browser.
  yaml: join(ROOT, 'node_modules/yaml/browser/dist/index.js'),
  // The one for Node adds streams of Node to readers, writers and builders, which keeps all of them.
  'apache-arrow': join(ROOT, 'node_modules/apache-arrow/Arrow.mjs'),
};

/** What modules of CommonJS expect around them. */
const BANNER = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __dirname = import.meta.dirname;',
].join('');

/** Bundles one kind of function. Nothing is written. */
export async function buildBundle(kind: BundleKind): Promise<Bundle> {
  const leftOut = new Set<string>();
  const { outputFiles, metafile } = await build(buildOptions(kind, (path) => leftOut.add(fromRoot(path))));
  const { inputs } = metafile!.outputs[CODE_FILE]!;
  const modules = new Map(
    Object.entries(inputs)
      .filter(([path]) => !leftOut.has(path) && !path.startsWith('absent:'))
      .map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
  );
  const files = new Map(outputFiles!.map(({ path, contents }) => [fromRoot(path), contents]));
  files.set(LICENSES_FILE, await licensesOf(ROOT, [...modules.keys()]));
  return { kind, files, modules };
}

function fromRoot(path: string): string {
  return relative(ROOT, path).replaceAll('\\', '/');
}

function buildOptions(kind: BundleKind, onLeftOut: (path: string) => void): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [entryOf(kind)],
    outfile: CODE_FILE,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The packages' ES modules, of which esbuild can leave out what is not used.
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    sourcemap: 'linked',
    // Node reads the whole map at the first error that has a stack; sources would make it several times as long.
    sourcesContent: false,
    alias: ALIASES,
    // Whole, with every license's text, they are in a file of their own.
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [leaveOut(notNeededBy(kind), onLeftOut), slimmer()],
  };
}
