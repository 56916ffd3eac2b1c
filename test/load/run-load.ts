import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type HandlerFleet, startHandlerFleet } from '../support/handler-fleet.ts';
import { BUCKET, Workplace } from '../support/landfall-cli.ts';
import type { DrainReport } from './drain-tables.ts';
import { type LandedTables, landedTables } from './landed-tables.ts';
import { writeManyTables } from './many-tables.ts';
import type { LoadOptions } from './options.ts';
import type { Memory, Workers } from './own-process.ts';
import { RequestCounts } from './request-counts.ts';
import type { ScheduleReport } from './schedule-tables.ts';

/** What the emulated services had to do. */
export interface Served {
  readonly requests: Readonly<Record<string, number>>;
  /** Of this whole process, in which the services are. */
  readonly servicesCpuSeconds: number;
}

export interface SendReport {
  readonly schedule: ScheduleReport & Partial<Memory> & Served;
  /** Messages in the queue when the scheduler had ended. */
  readonly queued: number;
}

export interface LoadReport extends SendReport {
  readonly drain: DrainReport & Partial<Memory> & Served;
  readonly landed: LandedTables;
  readonly mails: number;
  readonly letters: number;
}

/** Lands many small tables in one run of the real handlers, against emulated services in this process. */
export function runLoad(options: LoadOptions, workers: Workers, log: (line: string) => void): Promise<LoadReport> {
  return withFleet(options, async (fleet, counts) => {
    const { tables, maximumConcurrency } = options;
    const sent = await send(fleet, counts, workers);
    log(`${sent.schedule.sent} messages sent in ${sent.schedule.seconds.toFixed(1)} s`);
    const { queues, environment } = fleet;
    const orders = { queues, environment, tables, maximumConcurrency };
    const drain = await served(counts, () => workers.drain(orders));
    log(`drained in ${drain.seconds.toFixed(1)} s; looking`);
    return {
      ...sent,
      drain,
      landed: await landedTables(fleet.s3.client, sent.schedule.runId, tables),
      mails: (await fleet.mails()).length,
      letters: (await fleet.letters()).length,
    };
  });
}

/** Only sends the messages of the tables: twice, as a schedule may fire. */
export function runSends(options: LoadOptions, workers: Workers): Promise<[SendReport, SendReport]> {
  return withFleet(options, async (fleet, counts) => [
    await send(fleet, counts, workers),
    await send(fleet, counts, workers),
  ]);
}

async function withFleet<Report>(
  { tables, maximumConcurrency }: LoadOptions,
  work: (fleet: HandlerFleet, counts: RequestCounts) => Promise<Report>,
): Promise<Report> {
  const place = new Workplace();
  writeManyTables(place, tables, maximumConcurrency);
  const fleet = await startHandlerFleet(place.config);
  const counts = new RequestCounts([fleet.s3.endpoint.endpoint, fleet.environment.AWS_ENDPOINT_URL_SQS!]);
  try {
    await fleet.s3.endpoint.createBucket(BUCKET);
    return await work(fleet, counts);
  } finally {
    counts.close();
    await fleet.close();
    place.remove();
  }
}

async function send(fleet: HandlerFleet, counts: RequestCounts, workers: Workers): Promise<SendReport> {
  const schedule = await served(counts, () => workers.schedule(fleet.environment));
  const { Attributes: depth = {} } = await fleet.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: fleet.queues.queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return { schedule, queued: Number(depth.ApproximateNumberOfMessages) };
}

async function served<Report>(counts: RequestCounts, work: () => Promise<Report>): Promise<Report & Served> {
  counts.take();
  const before = process.cpuUsage();
  const report = await work();
  const { user, system } = process.cpuUsage(before);
  return { ...report, requests: counts.take(), servicesCpuSeconds: (user + system) / 1_000_000 };
}
