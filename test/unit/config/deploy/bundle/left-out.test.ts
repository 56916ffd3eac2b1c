import { afterEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { type LeftOut, leaveOut } from '../../../../../config/deploy/bundle/left-out.ts';

const told: string[] = [];
afterEach(() => {
  told.length = 0;
});

async function bundled(contents: string, list: readonly LeftOut[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [leaveOut(list, (path) => told.push(path.replaceAll('\\', '/').split('/node_modules/')[1]!))],
  });
  return outputFiles[0]!.text;
}

describe('what is left out', () => {
  it('is replaced by what says so when it is called, in a module of CommonJS', async () => {
    const text = await bundled("import ms from 'ms'; console.log(ms('1 s'));", [{ modules: /^ms\// }]);
    expect(text).toContain('absent("ms/index.js")');
    expect(text).not.toContain('val is not a non-empty string');
    expect(told).toEqual(['ms/index.js']);
  });

  it('is replaced name by name in a module of ECMAScript, declared or listed', async () => {
    const declared = await bundled(
      "import { initializeContext } from './node_modules/zod/v4/core/to-json-schema.js'; console.log(initializeContext);",
      [{ modules: /^zod\/v4\/core\/to-json-schema\.js$/ }],
    );
    expect(declared).toContain('absent("zod/v4/core/to-json-schema.js: initializeContext")');
    const listed = await bundled(
      "import { stringify } from './node_modules/yaml/browser/dist/stringify/stringify.js'; console.log(stringify);",
      [{ modules: /^yaml\/.*\/stringify\.js$/ }],
    );
    expect(listed).toContain('absent("yaml/browser/dist/stringify/stringify.js: stringify")');
    // There is no such variable in a module of ECMAScript.
    expect(declared + listed).not.toContain('module.exports');
  });

  it('is replaced by a text of its own where there is one', async () => {
    const list = [{ modules: /^ms\/index\.js$/, instead: 'module.exports = () => 42;' }];
    expect(await bundled("import ms from 'ms'; console.log(ms('1 s'));", list)).toContain('() => 42');
  });

  it('may be something that is not installed', async () => {
    expect(await bundled("console.log(require('pg-native'))", [])).toContain('absent("pg-native")');
  });
});
