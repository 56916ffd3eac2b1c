import { readFile } from 'node:fs/promises';
import type { Loader, Plugin } from 'esbuild';

/**
 * An esbuild plugin for texts that say the same in fewer bytes: of a package.json that code imports, name and version;
 * of AWS clients the schemas in a form in which esbuild sees that most are not used; of our own configuration no descriptions.
 */
export function slimmer(): Plugin {
  return {
    name: 'slimmer',
    setup(build) {
      const rewrite = (filter: RegExp, loader: Loader, slim: (text: string) => string) =>
        build.onLoad({ filter }, async ({ path }) => ({ contents: slim(await readFile(path, 'utf8')), loader }));
      rewrite(/[\\/]node_modules[\\/].*[\\/]package\.json$/, 'json', nameAndVersion);
      rewrite(/[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/, 'js', withLiteralKeys);
      rewrite(/[\\/]shared[\\/]config[\\/][\w-]+\.ts$/, 'ts', withoutDescriptions);
    },
  };
}

function nameAndVersion(text: string): string {
  const { name, version } = JSON.parse(text) as { name?: string; version?: string };
  return JSON.stringify({ name, version });
}

/**
 * The schemas name the keys of their objects by constants (`{ [_h]: 1 }` with `const _h = "http"`). A computed key may have
 * side effects as far as esbuild knows, and so it would keep every operation of the service.
 */
export function withLiteralKeys(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
    const literal = constants.get(name);
    return literal === undefined ? key : `${literal}:`;
  });
}

const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/.source;
const DESCRIPTION = new RegExp(`\\.describe\\(\\s*(?:${TEXT})\\s*,?\\s*\\)`, 'g');

/** The descriptions of the configuration's keys are for its JSON Schema; each makes one more zod schema at a cold start. */
export function withoutDescriptions(text: string): string {
  return text.replaceAll(DESCRIPTION, (found) => found.replaceAll(/[^\n]/g, ''));
}
