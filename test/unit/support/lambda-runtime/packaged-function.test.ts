import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { eventually } from '../../../support/eventually.ts';
import { PackagedFunction, type PackagedFunctionSettings } from '../../../support/lambda-runtime/packaged-function.ts';

const HANDLER = `
let calls = 0;
const tasks = {
  environment: () => ({ ...process.env }),
  place: () => process.cwd() === process.env.LAMBDA_TASK_ROOT,
  calls: () => ++calls,
  remaining: (_event, context) => context.getRemainingTimeInMillis(),
  import: ({ name }) => import(name).then(() => 'found', ({ code }) => code),
  fail: () => { throw new TypeError('on purpose'); },
  hang: () => new Promise(() => setInterval(() => undefined, 1_000)),
  exit: () => process.exit(3),
  say: ({ text }) => console.log(text),
};
export const handler = async (event, context) => await tasks[event.task](event, context);
export const withCallback = (event, context, callback) => callback(null, 1);
`;

let folder: string;
let used: PackagedFunction[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-zips-'));
  writeFileSync(join(folder, 'f.zip'), zipSync({ 'index.mjs': new TextEncoder().encode(HANDLER) }));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(used.map((each) => each.close()));
  used = [];
});

function unpacked(settings: Partial<PackagedFunctionSettings> = {}): PackagedFunction {
  const made = PackagedFunction.unpack({
    zipPath: join(folder, 'f.zip'),
    functionName: 'landfall-test',
    handler: 'index.handler',
    memoryMb: 512,
    region: 'eu-central-1',
    logFormat: 'JSON',
    variables: { OWN: 'value' },
    endpoints: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' },
    timeoutMs: 60_000,
    concurrency: 2,
    ...settings,
  });
  used.push(made);
  return made;
}

const call = (made: PackagedFunction, task: string, more: object = {}) => made.invoke({ task, ...more });

describe('a packaged function', () => {
  it('knows what Lambda and the template tell it and nothing of the project', async () => {
    const made = unpacked();
    const environment = (await call(made, 'environment')) as Record<string, string>;
    expect(environment).toMatchObject({
      OWN: 'value',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'landfall-test',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      TZ: ':UTC',
    });
    const strange = Object.keys(environment).filter(
      (name) => !/^(OWN|AWS_.*|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|LANG|PATH|TZ)$/.test(name),
    );
    expect(strange).toEqual([]);
    expect(await call(made, 'place')).toBe(true);
    expect(await call(made, 'import', { name: 'pg' })).toBe('ERR_MODULE_NOT_FOUND');
    expect(await call(made, 'import', { name: 'node:fs' })).toBe('found');
  });

  it('keeps its environment from one call to the next, also after an error', async () => {
    const made = unpacked();
    expect(await call(made, 'calls')).toBe(1);
    await expect(call(made, 'fail')).rejects.toMatchObject({
      errorType: 'TypeError',
      message: 'TypeError: on purpose',
    });
    expect(await call(made, 'calls')).toBe(2);
    expect(await call(made, 'remaining')).toBeGreaterThan(30_000);
    await call(made, 'say', { text: 'seen' });
    await eventually(() => made.lines.some((line) => JSON.parse(line).message === 'seen'));
    expect([made.environmentsStarted, made.peakConcurrency]).toEqual([1, 1]);
  });

  it('loses its environment when time is over, the process ends or somebody kills it', async () => {
    const made = unpacked();
    await call(made, 'calls');
    await expect(made.invoke({ task: 'hang' }, 200)).rejects.toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(await call(made, 'calls')).toBe(1);
    await expect(call(made, 'exit')).rejects.toThrow('exit status 3');
    const running = call(made, 'hang');
    await eventually(() => made.killBusy() > 0);
    await expect(running).rejects.toThrow('signal: SIGKILL');
    expect(made.environmentsStarted).toBe(3);
  });

  it('has as many environments at once as its concurrency, and throttles what is more', async () => {
    const made = unpacked();
    const both = [call(made, 'calls'), call(made, 'calls')];
    await expect(call(made, 'calls')).rejects.toMatchObject({ errorType: 'TooManyRequestsException' });
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect([made.environmentsStarted, made.peakConcurrency]).toEqual([2, 2]);
  });

  it.each([
    ['index.missing', 'Runtime.HandlerNotFound'],
    ['index.withCallback', 'Runtime.CallbackHandlerDeprecated'],
    ['elsewhere.handler', 'Runtime.ImportModuleError'],
  ])('that is %s does not start: %s', async (handler, errorType) => {
    await expect(unpacked({ handler }).invoke({})).rejects.toMatchObject({ errorType });
  });

  it('is refused for variables that Lambda does not take', () => {
    expect(() => unpacked({ variables: { AWS_REGION: 'x' } })).toThrow('AWS_REGION is reserved by Lambda');
    expect(() => unpacked({ variables: { LONG: 'x'.repeat(4_093) } })).toThrow('4097 bytes of variables');
  });
});
