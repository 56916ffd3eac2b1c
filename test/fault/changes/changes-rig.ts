import { join } from 'node:path';
import type { LandfallConfig, TableConfig } from '../../../shared/config/config.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { TablePlan } from '../../../shared/core/records.ts';
import { silentMetrics } from '../../../shared/flow/metrics.ts';
import { scheduleRun } from '../../../shared/flow/schedule-run.ts';
import type { ExtractServices, Log, OpenSource } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import type { Source } from '../../../shared/source/source.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { type SteeredDeadline, steeredDeadline, type Waiting, WorkingQueue } from '../../support/working-queue.ts';
import { type Around, underway } from './interrupted-ports.ts';
import { LakeReader } from './landed-state.ts';
import type { CommitCount } from './table-log.ts';

export const SOURCE = 'shop';
/** Far beyond what interruptions by chance take. */
const MAX_ATTEMPTS = 60;

export interface RigTable {
  /** As in the configuration. */
  readonly settings: object;
  /** Beyond what the configuration allows, such as tiny files. */
  readonly edits?: Partial<TableConfig>;
}

export interface RigChoice {
  /** Of the source, without its tables. */
  readonly source: object;
  /** A connection to the database. */
  readonly connect: () => Source;
  readonly tables: ReadonlyMap<string, RigTable>;
  readonly commits: CommitCount;
  readonly startMs: number;
}

/** Time that goes on when the test says so, and by a millisecond at each look. */
export class StagedClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    this.#nowMs += 1;
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(): Promise<void> {}
}

/** What happens while one message is worked on. */
export interface Circumstances {
  /** Around each call of ledger, landing, queue, and of a source but for its end. */
  readonly around: (deadline: SteeredDeadline) => Around;
}

/** The flow as the extractor has it, on a real database and our S3 endpoint, with a queue and a clock of the test. */
export class ChangesRig {
  readonly clock: StagedClock;
  readonly queue = new WorkingQueue();
  readonly ledger: S3Ledger;
  readonly lake: LakeReader;
  /** The last lines that the flow logged, for the report of a failure. */
  readonly lines: string[] = [];
  readonly #s3: TestS3;
  readonly config: LandfallConfig;
  readonly #commits: CommitCount;
  readonly #services: ExtractServices;
  /** By run, table and time of the look: the commits that a frozen bound surely saw. */
  readonly #takenAfter = new Map<string, number>();
  #attempts = 0;

  private constructor(s3: TestS3, lake: LakeReader, choice: RigChoice) {
    this.#s3 = s3;
    this.lake = lake;
    this.clock = new StagedClock(choice.startMs);
    this.#commits = choice.commits;
    this.config = configOf(s3.bucket, choice);
    this.ledger = new S3Ledger({ client: s3.client, ...this.config.target });
    this.#services = this.#newServices(choice.connect);
  }

  static async start(choice: RigChoice): Promise<ChangesRig> {
    const s3 = await startTestS3({ minPartSizeBytes: 1 });
    const lake = await LakeReader.open((url) => join(s3.rootFolder, url.slice('s3://'.length)));
    return new ChangesRig(s3, lake, choice);
  }

  #newServices(connect: () => Source): ExtractServices {
    const { client, bucket } = this.#s3;
    const { clock } = this;
    return {
      config: this.config,
      ledger: this.ledger,
      landing: new S3Landing({ client, bucket }),
      alerts: { publish: async () => undefined },
      directions: { replayCommand: ['npx', 'landfall', 'replay'], logs: 'the test', objects: `s3://${bucket}/` },
      openSource: (async () => connect()) as OpenSource,
      encoderOf: (format, compression, chunkBytes) =>
        createEncoder({ format, compression, chunkBytes } as Parameters<typeof createEncoder>[0]),
      clock,
      random: () => 0,
      newId: () => `attempt-${++this.#attempts}`,
      memoryMb: 1_024,
      retryPolicy: { maxAttempts: MAX_ATTEMPTS, backoff: { baseMs: 1, maxMs: 1 } },
      overlapWaitMs: 1,
      onProgress: () => undefined,
      metrics: silentMetrics,
    };
  }

  /** Plans a run that is due now and sends its messages; gives its id. */
  async schedule(tables: readonly string[]): Promise<string> {
    const scheduledTimeMs = Math.floor(this.clock.now() / 1_000) * 1_000;
    const services = { config: this.config, ledger: this.ledger, clock: this.clock, queueOf: () => this.queue };
    return (await scheduleRun({ source: SOURCE, scheduledTimeMs, tables }, services, this.#log)).runId;
  }

  /** Works on one message; `back` when it goes back to the queue, which is left to the caller. */
  async deliver({ body, attempt }: Waiting, { around }: Circumstances): Promise<string> {
    const deadline = steeredDeadline();
    const each = around(deadline);
    const services = this.#servicesUnder(each);
    const delivery = { queue: underway(this.queue, each), body, receiptHandle: 'receipt', attempt };
    try {
      return (await takeMessage(delivery, services, deadline.deadline, () => this.#log, this.#log)).status;
    } catch {
      return 'back';
    }
  }

  #servicesUnder(around: Around): ExtractServices {
    const { ledger, landing, openSource } = this.#services;
    let takenAfter = 0;
    const notingBound: Around = async (name, work) => {
      if (name !== 'takeBound') return await work();
      const before = this.#commits.now;
      const bound = await work();
      takenAfter = before;
      return bound;
    };
    const open = async (...choice: Parameters<OpenSource>) => {
      const source = await openSource(...choice);
      if (source === undefined) return undefined;
      const noted = underway(source, notingBound);
      return underway(noted, async (name, work) => (name === 'close' ? await work() : await around(name, work)));
    };
    const freezing = new Proxy(ledger, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'createTablePlan') return member.bind(target) as unknown;
        return async (plan: TablePlan) => {
          if (plan.window !== undefined) this.#takenAfter.set(lookOf(plan), takenAfter);
          return await target.createTablePlan(plan);
        };
      },
    });
    return {
      ...this.#services,
      ledger: underway(freezing, around),
      landing: underway(landing, around),
      openSource: open as OpenSource,
    };
  }

  /** Commits that the bound of a run's window surely saw. */
  takenAfter(plan: Pick<TablePlan, 'run_id' | 'table' | 'window'>): number {
    return this.#takenAfter.get(lookOf(plan))!;
  }

  get #log(): Log {
    const note = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      this.lines.push(`${message} ${JSON.stringify(fields)}`);
      if (this.lines.length > 400) this.lines.shift();
    };
    return { info: note, warn: note, error: note };
  }

  async close(): Promise<void> {
    this.lake.close();
    await this.#s3.close();
  }
}

function lookOf({ run_id: runId, table, window }: Pick<TablePlan, 'run_id' | 'table' | 'window'>): string {
  return `${runId} ${table} ${window!.taken_at}`;
}

function configOf(bucket: string, { source, tables }: RigChoice): LandfallConfig {
  const settings = Object.fromEntries([...tables].map(([name, table]) => [name, table.settings]));
  const text = {
    version: 1,
    target: { bucket },
    alerts: { topic: 'arn:aws:sns:us-east-1:000000000000:alerts' },
    sources: { [SOURCE]: { secret: 'env:SHOP_DB', ...source, tables: settings } },
  };
  const config = parseConfig(JSON.stringify(text), 'landfall.yaml');
  const shop = config.sources.get(SOURCE)!;
  const edited = [...shop.tables].map(([name, table]): [string, TableConfig] => [
    name,
    { ...table, ...tables.get(name)?.edits },
  ]);
  return { ...config, sources: new Map([[SOURCE, { ...shop, tables: new Map(edited) }]]) };
}
