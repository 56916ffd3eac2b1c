import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { expect } from '@jest/globals';
import { lambdaContext } from '../../local/aws/lambda-event.ts';
import type { Mail } from '../../local/aws/mailbox.ts';
import type { FaultAction, FaultMatch, PlannedFault } from '../../local/s3/faults.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import {
  type FleetSurroundings,
  type HandlerFleet,
  type Letter,
  startHandlerFleet,
  type WorkSettings,
} from './handler-fleet.ts';
import { BUCKET, Workplace } from './landfall-cli.ts';
import { type QueueProxy, startQueueProxy } from './queue-proxy.ts';

const FIRST_RUN_MS = Date.UTC(2026, 10, 22, 3);
const HOUR_MS = 3_600_000;

/** A little more than a mapping waits for a message. */
const LONG_POLL_MS = 2_500;
/** Every crash that a test makes costs a message one of them. */
const MAX_RECEIVES = 5;

/** S3's answer to a conditional write that meets another one. */
export const CONFLICT: FaultAction = { kind: 'status', status: 409, code: 'ConditionalRequestConflict' };

/** A table between two of its messages. */
export interface HeldTable {
  readonly isHeld: () => boolean;
  readonly release: () => void;
}

/** The handlers on emulated services of which every request can go wrong, with one source `shop`. */
export class FaultFleet {
  readonly place: Workplace;
  readonly handlers: HandlerFleet;
  /** In front of SQS and SNS. */
  readonly queues: QueueProxy;
  readonly ledger: S3Ledger;
  #runs = 0;

  private constructor(place: Workplace, handlers: HandlerFleet, queues: QueueProxy) {
    this.place = place;
    this.handlers = handlers;
    this.queues = queues;
    this.ledger = new S3Ledger({ client: handlers.s3.client, bucket: BUCKET, prefix: '' });
  }

  /** @param configure writes the configuration and the secret */
  static async start(
    configure: (place: Workplace) => void,
    environment: Readonly<Record<string, string>> = {},
    { maxReceives = MAX_RECEIVES }: Pick<FleetSurroundings, 'maxReceives'> = {},
  ): Promise<FaultFleet> {
    const place = new Workplace();
    configure(place);
    let queues: QueueProxy | undefined;
    const queuesBehind = async (endpoint: string) => {
      queues = await startQueueProxy(endpoint);
      return queues.endpoint;
    };
    const handlers = await startHandlerFleet(place.config, environment, { maxReceives, queuesBehind });
    await handlers.s3.endpoint.createBucket(BUCKET);
    return new FaultFleet(place, handlers, queues!);
  }

  /** What happens to requests to S3 from now on. */
  onS3(match: FaultMatch, action: FaultAction, times = 1): PlannedFault {
    return this.handlers.s3.endpoint.faults.add({ match, action, times });
  }

  /**
   * Sends a table of several parts into a new message behind its first part: the second meets a conflict. The new
   * message is held before it asks the database for anything.
   */
  holdBehindFirstPart(table: string): HeldTable {
    const key = new RegExp(`/${table}/.*part-000-00001`);
    this.onS3({ operation: 'PutObject', key }, CONFLICT);
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    // The attempt that met the conflict looks who was there first.
    this.onS3({ operation: 'HeadObject', key }, { kind: 'delay', ms: 0 });
    const look = this.onS3({ operation: 'HeadObject', key }, { kind: 'hold', until });
    return { isHeld: () => look.hits > 0, release };
  }

  /** Plans a run of the tables, of all when none is named, an hour after the one before and sends its messages. */
  async schedule(...tables: string[]): Promise<FaultRun> {
    return await this.scheduleAt(FIRST_RUN_MS + this.#runs++ * HOUR_MS, ...tables);
  }

  async scheduleAt(scheduledTimeMs: number, ...tables: string[]): Promise<FaultRun> {
    const context = lambdaContext({ functionName: 'scheduler', queueArn: '', timeoutMs: 900_000 });
    const event = { source: 'shop', scheduled_time: new Date(scheduledTimeMs).toISOString() };
    const chosen = tables.length === 0 ? {} : { tables };
    const { runId } = await this.handlers.scheduler({ ...event, ...chosen }, context);
    return new FaultRun(this, runId, scheduledTimeMs);
  }

  async run(tables: readonly string[], settings: WorkSettings = {}): Promise<FaultRun> {
    const run = await this.schedule(...tables);
    await this.work(settings);
    return run;
  }

  /** Feeds the queue to extractors in this process until it is empty. */
  work(settings: WorkSettings = {}): Promise<void> {
    return this.handlers.work(settings);
  }

  /** Ends the visibility time-out of every message that was received and is still in the queue. */
  async endVisibility(): Promise<void> {
    // The emulator goes on with the long poll of a worker that is dead, and would hand it what becomes visible.
    await setTimeout(LONG_POLL_MS);
    const { sqs, queues } = this.handlers;
    for (const ReceiptHandle of this.queues.receiptHandles) {
      const change = { QueueUrl: queues.queueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await sqs.send(new ChangeMessageVisibilityCommand(change)).catch(() => undefined);
    }
  }

  letters(): Promise<Letter[]> {
    return this.handlers.letters();
  }

  /** Takes the mails that came since the last call. */
  mails(): Promise<Mail[]> {
    return this.handlers.mails();
  }

  /** Every key below the prefix that a reader of the bucket finds. */
  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.handlers.s3.client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }),
    );
    return Contents.map(({ Key }) => Key!);
  }

  async openUploads(): Promise<number> {
    const { Uploads = [] } = await this.handlers.s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    return Uploads.length;
  }

  pathOf(key: string): string {
    return join(this.handlers.s3.rootFolder, BUCKET, key);
  }

  clearFaults(): void {
    this.handlers.s3.endpoint.faults.clear();
    this.queues.clear();
  }

  async close(): Promise<void> {
    this.clearFaults();
    await this.handlers.close();
    await this.queues.close();
    this.place.remove();
  }
}

/** One run, and what became of it. */
export class FaultRun {
  readonly runId: string;
  readonly scheduledTimeMs: number;
  readonly #fleet: FaultFleet;

  constructor(fleet: FaultFleet, runId: string, scheduledTimeMs: number) {
    this.#fleet = fleet;
    this.runId = runId;
    this.scheduledTimeMs = scheduledTimeMs;
  }

  manifest(table: string): Promise<TableManifest | undefined> {
    return this.#fleet.ledger.readManifest({ source: 'shop', runId: this.runId, table });
  }

  failure(table: string) {
    return this.#fleet.ledger.readFailure({ source: 'shop', runId: this.runId, table });
  }

  summary() {
    return this.#fleet.ledger.readSummary({ source: 'shop', runId: this.runId });
  }

  /** Keys of everything that is visible of the run. */
  async objects(): Promise<string[]> {
    return (await this.#fleet.keys('shop/')).filter((key) => key.includes(`run_id=${this.runId}/`));
  }

  /** The CSV lines of a table over all its parts, in their order, without the heads. */
  async lines(manifest: TableManifest): Promise<string[]> {
    const lines = manifest.parts.map(({ key }) => {
      const text = readFileSync(this.#fleet.pathOf(key), 'utf8');
      return text.split('\r\n').slice(1, -1);
    });
    return lines.flat();
  }

  /** The table landed with exactly these lines in this order, its marker beside the parts, and nothing else is there. */
  async expectLanded(table: string, lines: readonly string[]): Promise<TableManifest> {
    const manifest = await this.manifest(table);
    expect([table, manifest?.status, manifest?.rows]).toEqual([table, 'landed', lines.length]);
    const { folder, parts } = manifest!;
    const keys = [...parts.map(({ key }) => key), `${folder}_SUCCESS`].toSorted();
    expect((await this.#fleet.keys(folder)).toSorted()).toEqual(keys);
    const found = await this.lines(manifest!);
    expect(firstDifference(found, lines)).toBeUndefined();
    return manifest!;
  }

  /** Nothing of the table is to be seen, and it has no manifest. */
  async expectNothing(table: string): Promise<void> {
    expect(await this.manifest(table)).toBeUndefined();
    const folder = `shop/${table.replace('.', '/')}/run_id=${this.runId}/`;
    expect(await this.#fleet.keys(folder)).toEqual([]);
  }
}

/** Thousands of equal lines help nobody who reads a failure. */
function firstDifference(found: readonly string[], expected: readonly string[]): string | undefined {
  const place = expected.findIndex((line, at) => line !== found[at]);
  if (place < 0 && found.length === expected.length) return undefined;
  const at = place < 0 ? expected.length : place;
  return `line ${at} of ${found.length} is ${found[at]}, expected ${expected[at]} of ${expected.length}`;
}
