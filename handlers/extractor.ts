import { randomUUID } from 'node:crypto';
import type { Compression, Format } from '../shared/config/config.ts';
import { REFUSED_LOGIN_PAUSE_MS, SECRET_CACHE_MS } from '../shared/config/limits.ts';
import type { TableMessage } from '../shared/core/message.ts';
import type { ExtractServices } from '../shared/flow/services.ts';
import { takeMessage } from '../shared/flow/take-message.ts';
import { createEncoder } from '../shared/format/create-encoder.ts';
import { s3Client, secretsClient } from '../shared/lambda/aws-clients.ts';
import type { BuildContext, Surroundings } from '../shared/lambda/cold-start.ts';
import {
  alertsOf,
  directionsOf,
  type FleetQueues,
  fleetConfig,
  fleetQueues,
  ledgerOf,
} from '../shared/lambda/fleet-services.ts';
import { logWith } from '../shared/lambda/logger.ts';
import { type ExtractorSettings, extractorSettings } from '../shared/lambda/settings.ts';
import { type SqsHandler, sqsHandler } from '../shared/lambda/sqs-handler.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { S3Landing } from '../shared/landing/s3-landing.ts';
import type { SourceDialects } from '../shared/source/create-source.ts';
import { sourceOpener } from '../shared/source/open-source.ts';

interface Services extends ExtractServices {
  readonly queues: FleetQueues;
}

/** Cold start. */
async function build(dialects: SourceDialects, settings: ExtractorSettings, context: BuildContext): Promise<Services> {
  const config = await fleetConfig(settings);
  const client = s3Client(settings);
  return {
    config,
    ledger: ledgerOf(config, client),
    landing: new S3Landing({ client, bucket: config.target.bucket }),
    queues: fleetQueues(settings, systemClock, Math.random),
    alerts: alertsOf(config, settings),
    directions: directionsOf(settings, config),
    openSource: sourceOpener({
      dialects,
      secretsClient: secretsClient(settings),
      environment: context.environment,
      clock: systemClock,
      cacheMs: SECRET_CACHE_MS,
      refusedLoginPauseMs: REFUSED_LOGIN_PAUSE_MS,
    }),
    encoderOf: (format, compression, chunkBytes) =>
      createEncoder({ format: format as Format, compression: compression as Compression, chunkBytes }),
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    retryPolicy: {
      maxAttempts: settings.LANDFALL_MAX_RECEIVE_COUNT,
      backoff: { baseMs: settings.LANDFALL_RETRY_BASE_MS, maxMs: settings.LANDFALL_RETRY_MAX_MS },
    },
    memoryMb: settings.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    overlapWaitMs: settings.LANDFALL_OVERLAP_WAIT_MS,
    onProgress: context.onProgress,
    metrics: context.metrics,
  };
}

/**
 * Lands the one table that a message names. The entries that are deployed, such as extractor-postgres.ts, choose the dialect
 * that the function carries.
 */
export function createExtractor(dialects: SourceDialects, surroundings?: Surroundings): SqsHandler {
  return sqsHandler<ExtractorSettings, Services>(
    {
      settings: extractorSettings,
      build: (settings, context) => build(dialects, settings, context),
      async handle(record, services, deadline, logger) {
        const keys = { message_id: record.messageId };
        const delivery = {
          queue: services.queues.ofArn(record.eventSourceARN),
          body: record.body,
          receiptHandle: record.receiptHandle,
          attempt: Number(record.attributes.ApproximateReceiveCount),
        };
        const logFor = ({ runId, source, table, chunk, sequence }: TableMessage) =>
          logWith(logger, { ...keys, run_id: runId, source, table, chunk: String(chunk), sequence: String(sequence) });
        await takeMessage(delivery, services, deadline, logFor, logWith(logger, keys));
      },
    },
    surroundings,
  );
}
