import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { EARLY_TIMEOUT_MS } from '../config/limits.ts';
import { type ColdStart, type Surroundings, startOnce } from './cold-start.ts';

export interface EventHandlerDefinition<Settings, Services, Result> extends ColdStart<Settings, Services> {
  /** @param event as it came; to be checked by the handler */
  readonly handle: (event: unknown, services: Services, logger: Logger, context: Context) => Promise<Result>;
}

export type EventHandler<Result> = (event: unknown, context: Context) => Promise<Result>;

/** Makes a Lambda handler for one event at a time, such as EventBridge Scheduler's. */
export function eventHandler<Settings, Services, Result>(
  definition: EventHandlerDefinition<Settings, Services, Result>,
  surroundings: Surroundings = {},
): EventHandler<Result> {
  const start = startOnce(definition, surroundings);
  const invoke = middy<unknown, Result>({ timeoutEarlyInMillis: EARLY_TIMEOUT_MS }).handler(
    async (event: unknown, context: Context) => {
      const { services, logger } = await start();
      return await definition.handle(event, services, logger, context);
    },
  );
  return (event, context) => invoke(event, context) as Promise<Result>;
}
