import { SnsAlerts } from '../../../shared/alert/sns-alerts.ts';
import type { SourceConfig } from '../../../shared/config/config.ts';
import {
  ABORT_RESERVE_MS,
  DEADLINE_RESERVE_MS,
  FUNCTION_TIMEOUT_SECONDS,
  MAX_RECEIVE_COUNT,
  RETRY_BACKOFF,
} from '../../../shared/config/limits.ts';
import { DeadlineError, SourceError } from '../../../shared/core/errors.ts';
import { silentMetrics } from '../../../shared/flow/metrics.ts';
import type { ExtractServices, OpenSource } from '../../../shared/flow/services.ts';
import { type DeliveryOutcome, takeMessage } from '../../../shared/flow/take-message.ts';
import { createEncoder, type EncoderOptions } from '../../../shared/format/create-encoder.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import type { Source } from '../../../shared/source/source.ts';
import type { QueuedMessage } from '../aws/message-queue.ts';
import { refusing, serviceError } from '../aws/service-error.ts';
import { SimSource } from '../database/sim-source.ts';
import { BUCKET } from '../scenario/config-of.ts';
import { Chance } from '../world/chance.ts';
import type { World } from '../world/world.ts';
import { Program } from './program.ts';

export const HARD_LIMIT_MS = FUNCTION_TIMEOUT_SECONDS * 1_000;

/** Less than in earnest, so that thousands of worlds find room. */
const MAX_CHUNK_BYTES = 4_096;

/** A frozen program notices a timer up to so long after it has thawed. */
const TIMER_LAG_MS = 120_000;

/** One warm Lambda container: services that live from message to message, one message at a time. */
export class Extractor extends Program {
  readonly services: ExtractServices;
  readonly #world: World;
  readonly #chance: Chance;
  #secret: number | undefined;

  constructor(name: string, world: World) {
    super(name, world);
    this.#world = world;
    this.#chance = new Chance(world.scenario.seed, `${name} rows`);
    const { config, scenario } = world;
    this.services = {
      config,
      ledger: this.ledger,
      landing: new S3Landing({ client: world.s3.client(this.life), bucket: BUCKET, sliceBytes: scenario.sliceBytes }),
      alerts: new SnsAlerts(world.sns.client(this.life), 'alerts'),
      directions: { replayCommand: ['npx', 'landfall', 'replay'], logs: 'the trace', objects: `s3://${BUCKET}/` },
      openSource: this.#openSource as OpenSource,
      encoderOf: (format, compression, chunkBytes) =>
        createEncoder({ format, compression, chunkBytes: Math.min(chunkBytes, MAX_CHUNK_BYTES) } as EncoderOptions),
      clock: this.clock,
      random: this.random,
      newId: this.newId,
      memoryMb: 1_024,
      retryPolicy: { maxAttempts: MAX_RECEIVE_COUNT, backoff: RETRY_BACKOFF },
      overlapWaitMs: 900_000,
      onProgress: () => undefined,
      metrics: silentMetrics,
    };
  }

  /** Works on a message within the time of one invocation. */
  take(message: QueuedMessage): Promise<DeliveryOutcome> {
    const { receiptHandle, body, receives: attempt } = message;
    const delivery = { queue: this.queue, receiptHandle, body, attempt };
    const deadline = {
      wrapUp: this.#signalAt(HARD_LIMIT_MS - DEADLINE_RESERVE_MS),
      signal: this.#signalAt(HARD_LIMIT_MS - ABORT_RESERVE_MS),
    };
    return takeMessage(delivery, this.services, deadline, () => this.log, this.log);
  }

  #signalAt(delayMs: number): AbortSignal {
    const controller = new AbortController();
    const abort = () => {
      controller.abort(new DeadlineError('DEADLINE_REACHED', 'The time of one invocation is over.', { retry: 'once' }));
      return true;
    };
    this.life.reach(delayMs, abort, this.#chance.between(0, TIMER_LAG_MS));
    return controller.signal;
  }

  readonly #openSource = async (
    _source: SourceConfig,
    _table: string,
    freshness: { readonly fresh: boolean; readonly refused?: Source },
  ): Promise<Source | undefined> => {
    const { database } = this.#world;
    if (freshness.fresh || this.#secret === undefined) this.#secret = await this.#readSecret();
    const refused = freshness.refused as SimSource | undefined;
    if (refused?.password === this.#secret) return undefined;
    return new SimSource(database, this.life, this.#secret, this.#chance);
  };

  #readSecret(): Promise<number> {
    const unavailable = new SourceError('SECRET_UNAVAILABLE', 'The secret could not be read.', {
      cause: serviceError('ServiceUnavailable', 503, 'The request failed.'),
    });
    return this.#world.calls.make(this.life, {
      site: { service: 'secrets', operation: 'GetSecretValue', key: 'shop' },
      effect: () => this.#world.database.secret,
      bend: (fault) => (fault === 'secrets-unavailable' ? refusing(unavailable) : {}),
    });
  }
}
