import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** Unix time at which the function is out of time. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

/** How the runtime, or the environment in its place, has answered. */
export type Answer =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

interface Pending {
  readonly invocation: Invocation;
  readonly answer: (answer: Answer) => void;
  state: 'waiting' | 'given';
}

const BASE = '/2018-06-01/runtime';
/** Of a response or an error; Lambda's limit for a synchronous invocation, with what it allows on top. */
const MAX_BODY_BYTES = 6 * 1024 * 1024 + 100;
/** Calls whose answer is remembered, to tell a second answer from one to a call that never was. */
const MAX_REMEMBERED = 1_000;

/**
 * The Runtime API of one execution environment on 127.0.0.1: one invocation at a time, `next` waits for it, the answer
 * must be to the invocation that was given and only one.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; codes of refusals as in the Lambda runtime
 * interface emulator, https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
export class RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the runtime says that it could not start. */
  readonly initError: Promise<Answer>;
  readonly #server: Server;
  readonly #failInit: (answer: Answer) => void;
  readonly #ended: string[] = [];
  #pending: Pending | undefined;
  #waiting: ServerResponse | undefined;

  private constructor(server: Server) {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.initError = promise;
    this.#failInit = resolve;
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<RuntimeApi> {
    const server = createServer();
    // A runtime waits for its next invocation for as long as its environment lives.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new RuntimeApi(server);
  }

  /** Gives the runtime an invocation and waits for its answer, which never comes when the runtime dies. */
  invoke(invocation: Invocation): Promise<Answer> {
    if (this.#pending !== undefined) throw new Error('An environment has one invocation at a time');
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#pending = { invocation, answer: resolve, state: 'waiting' };
    this.#give();
    return promise;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #give(): void {
    const pending = this.#pending;
    if (pending === undefined || this.#waiting === undefined || pending.state === 'given') return;
    const { requestId, event, deadlineMs, functionArn, traceId } = pending.invocation;
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(deadlineMs),
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': traceId,
    });
    this.#waiting.end(event);
    this.#waiting = undefined;
    pending.state = 'given';
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://runtime').pathname;
    if (request.method === 'GET' && path === `${BASE}/invocation/next`) return this.#next(response);
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, 413, 'RequestEntityTooLarge');
    if (request.method === 'POST' && path === `${BASE}/init/error`) {
      this.#failInit(errorAnswer(body));
      return accept(response);
    }
    const [, requestId, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method !== 'POST' || requestId === undefined) return refuse(response, 404, 'NotFound');
    this.#answer(response, requestId, kind === 'response' ? { kind, body } : errorAnswer(body));
  }

  #next(response: ServerResponse): void {
    // Whoever asks for the next invocation before the answer to this one has given it up.
    if (this.#pending?.state === 'given') {
      refuse(response, 403, 'InvalidStateTransition');
      return;
    }
    this.#waiting?.destroy();
    this.#waiting = response;
    response.once('close', () => {
      if (this.#waiting === response) this.#waiting = undefined;
    });
    this.#give();
  }

  #answer(response: ServerResponse, requestId: string, answer: Answer): void {
    const pending = this.#pending;
    if (pending?.state !== 'given' || pending.invocation.requestId !== requestId) {
      if (this.#ended.includes(requestId)) refuse(response, 403, 'InvalidStateTransition');
      else refuse(response, 400, 'InvalidRequestID');
      return;
    }
    this.#pending = undefined;
    this.#ended.push(requestId);
    if (this.#ended.length > MAX_REMEMBERED) this.#ended.shift();
    accept(response);
    pending.answer(answer);
  }
}

function accept(response: ServerResponse): void {
  reply(response, 202, { status: 'OK' });
}

function refuse(response: ServerResponse, status: number, errorType: string): void {
  reply(response, status, { errorType, errorMessage: errorType });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function errorAnswer(body: string): Answer {
  const { errorType, errorMessage } = JSON.parse(body) as { errorType?: string; errorMessage?: string };
  return { kind: 'error', errorType: errorType ?? 'Error', errorMessage: errorMessage ?? '' };
}

/** Undefined for more than Lambda takes, of which the rest is read and dropped so that the client gets its answer. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return sizeBytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}
