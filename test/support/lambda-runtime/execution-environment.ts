import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Answer, type Invocation, RuntimeApi } from './runtime-api.ts';

/** Found by its manifest, for its main file starts a runtime as soon as it is loaded. */
const RIC = fileURLToPath(new URL('index.mjs', import.meta.resolve('aws-lambda-ric/package.json')));
const WITHOUT_ADDON = fileURLToPath(new URL('without-addon.mjs', import.meta.url));
/** A function that logs without end must not fill the memory of its test. */
const MAX_LINES = 200_000;

export interface EnvironmentSettings {
  /** Folder of the unzipped artifact, which is also where the process starts. */
  readonly taskRoot: string;
  /** The whole environment but the address of the Runtime API. */
  readonly variables: Readonly<Record<string, string>>;
  /** Told of each line of standard output and standard error. */
  readonly onLine: (line: string) => void;
  /** Main file of another aws-lambda-ric than the installed one, such as one with its native addon. */
  readonly runtime?: string | undefined;
}

/** How an environment ended by itself or was ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * One execution environment: a process of Node.js with aws-lambda-ric in it, which loads the handler and asks for one
 * invocation after the other. It is not frozen in between, as Lambda would.
 */
export class ExecutionEnvironment {
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #api: RuntimeApi;
  #isAlive = true;

  private constructor(child: ChildProcess, api: RuntimeApi, onLine: (line: string) => void) {
    this.#child = child;
    this.#api = api;
    let lines = 0;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (++lines <= MAX_LINES) onLine(line);
      });
    }
    this.ended = new Promise<Ended>((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    }).then(async (end) => {
      this.#isAlive = false;
      await api.close();
      return end;
    });
  }

  static async start({
    taskRoot,
    variables,
    onLine,
    runtime = RIC,
  }: EnvironmentSettings): Promise<ExecutionEnvironment> {
    const api = await RuntimeApi.start();
    const child = spawn(process.execPath, ['--import', WITHOUT_ADDON, runtime], {
      cwd: taskRoot,
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: api.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ExecutionEnvironment(child, api, onLine);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** False as soon as the process is gone, or is to go. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /**
   * One invocation to its end, which is an answer, the end of the process, or the end of its time, at which Lambda kills
   * the environment.
   */
  async invoke(invocation: Invocation, timeoutMs: number): Promise<Answer> {
    const outOfTime = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      outOfTime.resolve(failure('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`));
      this.kill();
    }, timeoutMs);
    try {
      return await Promise.race([this.#api.invoke(invocation), this.#startFailed(), this.#exited(), outOfTime.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** At once, as when a machine is lost. */
  kill(): void {
    this.#isAlive = false;
    this.#child.kill('SIGKILL');
  }

  async #startFailed(): Promise<Answer> {
    const answer = await this.#api.initError;
    this.#isAlive = false;
    return answer;
  }

  async #exited(): Promise<Answer> {
    const { code, signal } = await this.ended;
    const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    return failure('Runtime.ExitError', `Runtime exited with error: ${how}`);
  }
}

function failure(errorType: string, errorMessage: string): Answer {
  return { kind: 'error', errorType, errorMessage };
}
