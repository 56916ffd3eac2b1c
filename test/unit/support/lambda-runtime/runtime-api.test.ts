import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, RuntimeApi } from '../../../support/lambda-runtime/runtime-api.ts';

let api: RuntimeApi;

beforeEach(async () => {
  api = await RuntimeApi.start();
});
afterEach(() => api.close());

const url = (path: string) => `http://${api.address}/2018-06-01/runtime/${path}`;
const next = () => fetch(url('invocation/next'));
const post = (path: string, body: string) => fetch(url(path), { method: 'POST', body });

const invoke = (requestId: string, event: unknown = {}): Promise<Answer> =>
  api.invoke({
    requestId,
    event: JSON.stringify(event),
    deadlineMs: 1_795_000_000_000,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    traceId: 'Root=1-2-3',
  });

describe('the Runtime API', () => {
  it('lets a runtime wait for its invocation and gives it with what belongs to it', async () => {
    const waiting = next();
    const answered = invoke('one', { is: 'ü' });
    const given = await waiting;
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'lambda-runtime-aws-request-id': 'one',
      'lambda-runtime-deadline-ms': '1795000000000',
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:f',
      'lambda-runtime-trace-id': 'Root=1-2-3',
    });
    expect(await given.json()).toEqual({ is: 'ü' });
    expect((await post('invocation/one/response', '{"done":true}')).status).toBe(202);
    expect(await answered).toEqual({ kind: 'response', body: '{"done":true}' });
  });

  it('keeps an invocation for a runtime that asks later', async () => {
    const answered = invoke('one');
    expect((await next()).status).toBe(200);
    const error = { errorType: 'TypeError', errorMessage: 'no', trace: [] };
    expect((await post('invocation/one/error', JSON.stringify(error))).status).toBe(202);
    expect(await answered).toEqual({ kind: 'error', errorType: 'TypeError', errorMessage: 'no' });
  });

  it('takes one answer to the invocation that it gave, and no other', async () => {
    const answered = invoke('one');
    expect((await post('invocation/one/response', '1')).status).toBe(400);
    await next();
    expect((await post('invocation/two/response', '2')).status).toBe(400);
    expect((await post('invocation/one/response', '3')).status).toBe(202);
    expect((await post('invocation/one/response', '4')).status).toBe(403);
    expect(await answered).toMatchObject({ body: '3' });
  });

  it('refuses a runtime that asks for the next invocation before its answer', async () => {
    void invoke('one');
    await next();
    const refused = await next();
    expect([refused.status, await refused.json()]).toMatchObject([403, { errorType: 'InvalidStateTransition' }]);
  });

  it('refuses an answer that Lambda would not take, after which the runtime may say so', async () => {
    const answered = invoke('one');
    await next();
    expect((await post('invocation/one/response', `"${'x'.repeat(6 * 1024 * 1024 + 100)}"`)).status).toBe(413);
    expect((await post('invocation/one/error', '{"errorType":"TooLarge"}')).status).toBe(202);
    expect(await answered).toMatchObject({ kind: 'error', errorType: 'TooLarge' });
  });

  it('tells of a runtime that could not start', async () => {
    await post('init/error', '{"errorType":"Runtime.ImportModuleError","errorMessage":"no module"}');
    expect(await api.initError).toEqual({
      kind: 'error',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: 'no module',
    });
  });

  it('has one invocation at a time and nothing else to ask for', async () => {
    void invoke('one');
    expect(() => invoke('two')).toThrow('one invocation at a time');
    expect((await fetch(url('invocation/one/response'))).status).toBe(404);
    expect((await post('elsewhere', '')).status).toBe(404);
  });
});
