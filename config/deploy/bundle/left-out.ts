import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules of packages that a bundle does not need, and what stands in their place. */
export interface LeftOut {
  /** Matched against the path of a module behind the last `node_modules/`. */
  readonly modules: RegExp;
  /** Text of the module instead; without it one that throws as soon as anything of it is called. */
  readonly instead?: string;
}

const FOLDER = import.meta.dirname;
const ABSENT = join(FOLDER, 'stand-ins', 'absent.ts');

function absent(name: string): string {
  return `module.exports = require(${JSON.stringify(ABSENT)}).absent(${JSON.stringify(name)});`;
}

const EXPORTED = /^export (?:async )?(?:function\*?|const|let|var|class) ([\w$]+)/gm;
const EXPORT_LIST = /^export \{([^}]*)\}/gm;

function exportsOf(text: string): string[] {
  const declared = [...text.matchAll(EXPORTED)].map(([, name]) => name!);
  const listed = [...text.matchAll(EXPORT_LIST)].flatMap(([, names]) => names!.split(','));
  return [
    ...declared,
    ...listed.map(
      (entry) =>
        entry
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!,
    ),
  ].filter((name) => name !== '');
}

/** The same for a module of ECMAScript, whose importers ask for names; `text` is the module's own. */
function absentModule(name: string, text: string): string {
  const exported = exportsOf(text);
  if (exported.length === 0) return absent(name);
  const constants = exported.map(
    (each) => `export const ${each} = /* @__PURE__ */ absent(${JSON.stringify(`${name}: ${each}`)});`,
  );
  return [`import { absent } from ${JSON.stringify(ABSENT)};`, ...constants].join('\n');
}

/** Packages that esbuild would find nowhere, as they are optional to those that ask for them. */
const NOT_INSTALLED = /^(pg-native|pg-hstore|pg-cloudflare)$/;

/**
 * An esbuild plugin that puts something small in the place of modules that are not needed.
 * @param onLeftOut told the path of each
 */
export function leaveOut(list: readonly LeftOut[], onLeftOut: (path: string) => void): Plugin {
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter: NOT_INSTALLED }, ({ path }) => ({ path, namespace: 'absent' }));
      build.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
        contents: absent(path),
        resolveDir: FOLDER,
      }));
      build.onLoad({ filter: /[\\/]node_modules[\\/]/ }, async ({ path }) => {
        const name = path.replaceAll('\\', '/').split('/node_modules/').at(-1)!;
        const found = list.find(({ modules }) => modules.test(name));
        if (found === undefined) return undefined;
        onLeftOut(path);
        const contents = found.instead ?? absentModule(name, await readFile(path, 'utf8'));
        return { contents, loader: name.endsWith('.json') ? 'json' : 'js' };
      });
    },
  };
}
