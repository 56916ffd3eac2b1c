import type { Logger } from '@aws-lambda-powertools/logger';
import type * as z from 'zod';
import { asLandfallError } from '../core/errors.ts';
import type { Metrics } from '../flow/metrics.ts';
import type { TableProgress } from '../flow/services.ts';
import { awsCallLog } from './aws-call-log.ts';
import { createLogger } from './logger.ts';
import { metricsOf } from './metrics.ts';
import { type Environment, parseSettings, processEnvironment } from './settings.ts';

/** What the surroundings of a handler give it: a Lambda gives nothing, a local fleet its own. */
export interface Surroundings {
  readonly environment?: Environment;
  readonly logger?: Logger;
  readonly onProgress?: (progress: TableProgress) => void;
  readonly metrics?: Metrics;
}

export interface BuildContext {
  readonly environment: Environment;
  readonly logger: Logger;
  readonly onProgress: (progress: TableProgress) => void;
  readonly metrics: Metrics;
}

export interface ColdStart<Settings, Services> {
  readonly settings: z.ZodType<Settings>;
  readonly build: (settings: Settings, context: BuildContext) => Promise<Services>;
}

export interface Started<Services> {
  readonly services: Services;
  readonly logger: Logger;
}

/** Builds the services at the first call and keeps them; a build that failed is tried again at the next call. */
export function startOnce<Settings, Services>(
  definition: ColdStart<Settings, Services>,
  surroundings: Surroundings,
): () => Promise<Started<Services>> {
  const logger = surroundings.logger ?? createLogger();
  let started: Promise<Started<Services>> | undefined;
  return () => {
    started ??= start(definition, surroundings, logger).catch((thrown: unknown) => {
      started = undefined;
      const { code, message, remedy } = asLandfallError(thrown);
      logger.error('Cold start failed', { error_code: code, error_message: message, remedy });
      throw thrown;
    });
    return started;
  };
}

async function start<Settings, Services>(
  definition: ColdStart<Settings, Services>,
  surroundings: Surroundings,
  logger: Logger,
): Promise<Started<Services>> {
  const environment = surroundings.environment ?? processEnvironment();
  const onProgress = surroundings.onProgress ?? (() => undefined);
  const metrics = surroundings.metrics ?? metricsOf(environment);
  const settings = Object.assign({ callLog: awsCallLog(logger) }, parseSettings(definition.settings, environment));
  return { services: await definition.build(settings, { environment, logger, onProgress, metrics }), logger };
}
