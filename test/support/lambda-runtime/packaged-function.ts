import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import type { SQSBatchResponse } from 'aws-lambda';
import { unzipSync } from 'fflate';
import type { SqsFunction } from '../../../local/aws/invocation.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import { type FunctionIdentity, lambdaVariables, variableProblems } from './lambda-variables.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

export interface PackagedFunctionSettings extends FunctionIdentity {
  readonly zipPath: string;
  /** The function's own, as the template sets them. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands for AWS on this machine, `AWS_ENDPOINT_URL_…`; no function of a template has them. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Environments at most; a call beyond them is throttled. */
  readonly concurrency: number;
  /** See EnvironmentSettings. */
  readonly runtime?: string | undefined;
}

/** A function that answered with an error, or whose environment ended. */
export class FunctionError extends Error {
  readonly errorType: string;

  constructor(errorType: string, errorMessage: string) {
    super(`${errorType}: ${errorMessage}`);
    this.name = 'FunctionError';
    this.errorType = errorType;
  }
}

/**
 * The very zip that would be deployed, unpacked and run as Lambda runs it: by aws-lambda-ric, in processes that know
 * nothing of this project, each with one invocation at a time.
 */
export class PackagedFunction {
  /** Lines of all its environments, as CloudWatch would have them. */
  readonly lines: string[] = [];
  readonly #settings: PackagedFunctionSettings;
  readonly #taskRoot: string;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #busy = new Set<ExecutionEnvironment>();
  #running = 0;
  #started = 0;
  #peak = 0;

  private constructor(settings: PackagedFunctionSettings, taskRoot: string) {
    this.#settings = settings;
    this.#taskRoot = taskRoot;
  }

  /** @throws Error for an artifact or variables that Lambda would not take. */
  static unpack(settings: PackagedFunctionSettings): PackagedFunction {
    const problems = variableProblems(settings.variables);
    if (problems.length > 0) throw new Error(`${settings.functionName}: ${problems.join('; ')}`);
    const taskRoot = mkdtempSync(join(tmpdir(), 'landfall-task-'));
    unzip(settings.zipPath, taskRoot);
    return new PackagedFunction(settings, taskRoot);
  }

  /** Most invocations that there were at the same time. */
  get peakConcurrency(): number {
    return this.#peak;
  }

  /** Cold starts. */
  get environmentsStarted(): number {
    return this.#started;
  }

  /**
   * Calls the function and waits for what it returns.
   * @throws FunctionError
   */
  async invoke(event: unknown, timeoutMs = this.#settings.timeoutMs): Promise<unknown> {
    const { concurrency, functionName, region } = this.#settings;
    if (this.#running >= concurrency) throw new FunctionError('TooManyRequestsException', 'Rate Exceeded.');
    this.#running++;
    this.#peak = Math.max(this.#peak, this.#running);
    const environment = await this.#environment();
    this.#busy.add(environment);
    try {
      const requestId = randomUUID();
      const call = {
        requestId,
        event: JSON.stringify(event),
        deadlineMs: Date.now() + timeoutMs,
        functionArn: `arn:aws:lambda:${region}:000000000000:function:${functionName}`,
        traceId: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0`,
      };
      const answer = await environment.invoke(call, timeoutMs);
      if (answer.kind === 'error') throw new FunctionError(answer.errorType, answer.errorMessage);
      return JSON.parse(answer.body) as unknown;
    } finally {
      this.#running--;
      this.#busy.delete(environment);
      if (environment.isAlive) this.#idle.push(environment);
      else environment.kill();
    }
  }

  /** For an event source mapping. Lambda has no way to interrupt a function, but to kill its environment. */
  readonly handler: SqsFunction = async (event, context) =>
    (await this.invoke(event, context.getRemainingTimeInMillis())) as SQSBatchResponse;

  /** Kills every environment that is at work; gives how many that were. */
  killBusy(): number {
    const busy = [...this.#busy];
    for (const environment of busy) environment.kill();
    return busy.length;
  }

  async close(): Promise<void> {
    const all = [...this.#idle.splice(0), ...this.#busy];
    for (const environment of all) environment.kill();
    await Promise.all(all.map(({ ended }) => ended));
    rmSync(this.#taskRoot, { recursive: true, force: true });
  }

  async #environment(): Promise<ExecutionEnvironment> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isAlive) return idle;
    this.#started++;
    const { variables, endpoints, runtime } = this.#settings;
    return await ExecutionEnvironment.start({
      taskRoot: this.#taskRoot,
      variables: { ...lambdaVariables(this.#settings, this.#taskRoot), ...endpoints, ...variables },
      onLine: (line) => void this.lines.push(line),
      runtime,
    });
  }
}

function unzip(zipPath: string, folder: string): void {
  const files = unzipSync(readFileSync(zipPath));
  const sizeBytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  if (sizeBytes > MAX_UNZIPPED_BYTES)
    throw new Error(`${zipPath} unpacks to ${sizeBytes} bytes; Lambda allows ${MAX_UNZIPPED_BYTES}`);
  for (const [path, contents] of Object.entries(files)) {
    if (normalize(path) !== path || path.startsWith('..') || path.startsWith('/'))
      throw new Error(`${zipPath} has a file ${path}`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
}
