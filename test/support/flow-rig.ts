import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { AlertMessage } from '../../shared/alert/alerts.ts';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { parseConfig } from '../../shared/config/parse-config.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { firstMessage, type TableMessage } from '../../shared/core/message.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import { runIdOf } from '../../shared/core/run-id.ts';
import type { Deadline } from '../../shared/flow/deadline.ts';
import type { Assignment } from '../../shared/flow/extraction.ts';
import { scheduleRun } from '../../shared/flow/schedule-run.ts';
import type { ExtractServices, Log, TableProgress } from '../../shared/flow/services.ts';
import { WorkTally } from '../../shared/flow/work-tally.ts';
import { createEncoder } from '../../shared/format/create-encoder.ts';
import { S3Landing } from '../../shared/landing/s3-landing.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import type { DeadLetterReason, TableQueue } from '../../shared/queue/queue.ts';
import { MemoryDatabase } from './memory-database.ts';
import { NotedMetrics } from './noted-metrics.ts';
import { startTestS3, type TestS3 } from './s3.ts';

export const SOURCE = 'shop';
export const RUN_TIME_MS = Date.UTC(2026, 10, 22, 3);
export const RUN_ID = runIdOf(RUN_TIME_MS);
export const neverAborted = new AbortController().signal;
/** An invocation that has all the time it wants. */
export const noDeadline: Deadline = { wrapUp: neverAborted, signal: neverAborted };

/** A queue that notes what it is told; a test may make its methods fail. */
export class NotingQueue implements TableQueue {
  readonly sent: TableMessage[] = [];
  readonly delays: { receiptHandle: string; delayMs: number }[] = [];
  readonly deadLetters: { body: string; reason: DeadLetterReason }[] = [];
  readonly batchSize: number;

  constructor(batchSize = 10) {
    this.batchSize = batchSize;
  }

  async send(
    messages: readonly TableMessage[],
    onSent: (sent: readonly TableMessage[]) => Promise<void> = async () => undefined,
  ) {
    for (let start = 0; start < messages.length; start += this.batchSize) {
      const batch = messages.slice(start, start + this.batchSize);
      this.beforeBatch();
      this.sent.push(...batch);
      await onSent(batch);
    }
  }

  /** To be replaced by a test. */
  beforeBatch(): void {}

  async delay(receiptHandle: string, delayMs: number) {
    this.delays.push({ receiptHandle, delayMs });
  }

  async deadLetter(body: string, reason: DeadLetterReason) {
    this.deadLetters.push({ body, reason });
  }
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Starts at the run's time and moves on by a second at each look. */
function steppingClock(): Clock {
  let nowMs = RUN_TIME_MS;
  return {
    now: () => {
      nowMs += 1_000;
      return nowMs;
    },
    sleep: async () => undefined,
  };
}

export type TableSettings = Readonly<Record<string, object>>;

export interface ConfigChoice {
  readonly tables: TableSettings;
  readonly alertsOn?: 'failure' | 'always';
}

export function configOf(bucket: string, { tables, alertsOn = 'failure' }: ConfigChoice): LandfallConfig {
  return parseConfig(
    JSON.stringify({
      version: 1,
      target: { bucket, prefix: 'raw/' },
      alerts: { topic: 'arn:aws:sns:us-east-1:000000000000:alerts', on: alertsOn },
      sources: { [SOURCE]: { dialect: 'postgres', secret: 'env:SHOP_DB', tables } },
    }),
    'landfall.yaml',
  );
}

/** The flow's services: a real ledger and landing on our S3 endpoint, a made-up database, everything else noted. */
export class FlowRig {
  readonly s3: TestS3;
  readonly database = new MemoryDatabase();
  readonly queue = new NotingQueue();
  readonly mails: AlertMessage[] = [];
  readonly progress: TableProgress[] = [];
  readonly lines: LogLine[] = [];
  readonly metrics = new NotedMetrics();
  readonly log: Log = {
    info: (message, fields = {}) => void this.lines.push({ level: 'info', message, fields }),
    warn: (message, fields = {}) => void this.lines.push({ level: 'warn', message, fields }),
    error: (message, fields = {}) => void this.lines.push({ level: 'error', message, fields }),
  };
  readonly services: ExtractServices;
  #attempts = 0;

  private constructor(s3: TestS3, choice: ConfigChoice) {
    this.s3 = s3;
    const { client, bucket } = s3;
    const config = configOf(bucket, choice);
    this.services = {
      config,
      ledger: new S3Ledger({ client, ...config.target }),
      landing: new S3Landing({ client, bucket, sliceBytes: 1_000 }),
      alerts: { publish: async (mail) => void this.mails.push(mail) },
      directions: { replayCommand: ['npx', 'landfall', 'replay'], logs: 'the test', objects: `s3://${bucket}/` },
      openSource: this.database.open,
      encoderOf: (format, compression, chunkBytes) =>
        createEncoder({ format, compression, chunkBytes } as Parameters<typeof createEncoder>[0]),
      clock: steppingClock(),
      random: () => 0,
      newId: () => `attempt-${++this.#attempts}`,
      memoryMb: 1_024,
      retryPolicy: { maxAttempts: 3, backoff: { baseMs: 1_000, maxMs: 60_000 } },
      overlapWaitMs: 60_000,
      onProgress: (progress) => void this.progress.push(progress),
      metrics: this.metrics,
    };
  }

  static async start(choice: ConfigChoice): Promise<FlowRig> {
    return new FlowRig(await startTestS3({ minPartSizeBytes: 1 }), choice);
  }

  /** The same surroundings with another configuration. */
  configured(choice: ConfigChoice): ExtractServices {
    return { ...this.services, config: configOf(this.s3.bucket, choice) };
  }

  /** Plans a run of the named tables, of all when none are named. */
  async plan(scheduledTimeMs = RUN_TIME_MS, tables?: readonly string[]): Promise<void> {
    const { config, ledger, clock } = this.services;
    const services = { config, ledger, clock, queueOf: () => new NotingQueue() };
    await scheduleRun({ source: SOURCE, scheduledTimeMs, ...(tables && { tables }) }, services, this.log);
  }

  message(table: string, runId = RUN_ID): TableMessage {
    return firstMessage(SOURCE, runId, table);
  }

  /** A delivery of a message, by default the first one of the table in the run. */
  assignment(table: string, circumstances: Partial<Assignment> = {}): Assignment {
    const message = this.message(table);
    const tally = new WorkTally(RUN_TIME_MS);
    return { message, queue: this.queue, attempt: 1, deadline: noDeadline, log: this.log, tally, ...circumstances };
  }

  manifest(table: string, runId = RUN_ID): Promise<TableManifest | undefined> {
    return this.services.ledger.readManifest({ source: SOURCE, runId, table });
  }

  /** Everything that a reader of the bucket sees, without the ledger. */
  async landedKeys(): Promise<string[]> {
    return (await this.keys()).filter((key) => !key.startsWith('raw/_landfall/'));
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.s3.client.send(new ListObjectsV2Command({ Bucket: this.s3.bucket }));
    return Contents.map(({ Key }) => Key!);
  }

  async openUploads(): Promise<number> {
    const { Uploads = [] } = await this.s3.client.send(new ListMultipartUploadsCommand({ Bucket: this.s3.bucket }));
    return Uploads.length;
  }

  pathOf(key: string): string {
    return join(this.s3.rootFolder, this.s3.bucket, key);
  }

  text(key: string): Promise<string> {
    return readFile(this.pathOf(key), 'utf8');
  }

  close(): Promise<void> {
    return this.s3.close();
  }
}

/** What `rowBatches(rows)` is as CSV. */
export function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const id = index + 1;
    return id % 3 === 0 ? `${id},\r\n` : `${id},"name ""${id}"""\r\n`;
  });
  return `id,name\r\n${lines.join('')}`;
}
