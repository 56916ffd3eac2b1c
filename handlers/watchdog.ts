import type { ToldOverdue } from '../shared/flow/tell-overdue.ts';
import { type WatchServices, watchDeadlines } from '../shared/flow/watch-deadlines.ts';
import { s3Client } from '../shared/lambda/aws-clients.ts';
import type { BuildContext, Surroundings } from '../shared/lambda/cold-start.ts';
import { type EventHandler, eventHandler } from '../shared/lambda/event-handler.ts';
import { alertsOf, directionsOf, fleetConfig, ledgerOf } from '../shared/lambda/fleet-services.ts';
import { logWith } from '../shared/lambda/logger.ts';
import { type HandlerSettings, handlerSettings } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';

/** Cold start. */
async function build(settings: HandlerSettings, { metrics }: BuildContext): Promise<WatchServices> {
  const config = await fleetConfig(settings);
  return {
    config,
    ledger: ledgerOf(config, s3Client(settings)),
    alerts: alertsOf(config, settings),
    directions: directionsOf(settings, config),
    clock: systemClock,
    metrics,
  };
}

/** Tells of tables that did not land by their deadline. A schedule calls it every 15 minutes; the event says nothing. */
export function createWatchdog(surroundings?: Surroundings): EventHandler<ToldOverdue[]> {
  return eventHandler<HandlerSettings, WatchServices, ToldOverdue[]>(
    {
      settings: handlerSettings,
      build,
      handle: (_event, services, logger) => watchDeadlines(services, logWith(logger, {})),
    },
    surroundings,
  );
}

export const handler = createWatchdog();
