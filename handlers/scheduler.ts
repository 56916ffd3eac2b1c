import * as z from 'zod';
import type { Alerts } from '../shared/alert/alerts.ts';
import { runFailureEmail } from '../shared/alert/run-failure-email.ts';
import { asLandfallError, errorText, MessageError } from '../shared/core/errors.ts';
import { runIdOf } from '../shared/core/run-id.ts';
import { addMetrics, type Metrics } from '../shared/flow/metrics.ts';
import { type RunRequest, type ScheduledRun, scheduleRun } from '../shared/flow/schedule-run.ts';
import type { ScheduleServices } from '../shared/flow/services.ts';
import { s3Client } from '../shared/lambda/aws-clients.ts';
import type { BuildContext, Surroundings } from '../shared/lambda/cold-start.ts';
import { type EventHandler, eventHandler } from '../shared/lambda/event-handler.ts';
import { alertsOf, directionsOf, fleetConfig, fleetQueues, ledgerOf } from '../shared/lambda/fleet-services.ts';
import { logWith } from '../shared/lambda/logger.ts';
import { type FleetSettings, fleetSettings } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';

/**
 * What EventBridge Scheduler sends, with `<aws.scheduler.scheduled-time>` as the time.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const scheduleEvent = z.strictObject({
  source: z.string().min(1),
  scheduled_time: z.iso.datetime({ offset: true }),
  tables: z.array(z.string().min(1)).optional(),
});

interface Services extends ScheduleServices {
  readonly alerts: Alerts;
  readonly logs: string;
  readonly metrics: Metrics;
}

/** Cold start. */
async function build(settings: FleetSettings, { metrics }: BuildContext): Promise<Services> {
  const config = await fleetConfig(settings);
  return {
    config,
    ledger: ledgerOf(config, s3Client(settings)),
    queueOf: fleetQueues(settings, systemClock, Math.random).ofSource,
    clock: systemClock,
    alerts: alertsOf(config, settings),
    logs: directionsOf(settings, config).logs,
    metrics,
  };
}

/** Starts one run of one source. */
export function createScheduler(surroundings?: Surroundings): EventHandler<ScheduledRun> {
  return eventHandler<FleetSettings, Services, ScheduledRun>(
    {
      settings: fleetSettings,
      build,
      async handle(event, services, logger) {
        const request = runRequest(event);
        const run = { source: request.source, runId: runIdOf(request.scheduledTimeMs) };
        const log = logWith(logger, { source: run.source, run_id: run.runId });
        try {
          const started = await scheduleRun(request, services, log);
          if (started.tables.length > 0) {
            addMetrics(services.metrics, log, run.source, { RunsStarted: 1 }, { run_id: run.runId });
          }
          return started;
        } catch (thrown) {
          const error = asLandfallError(thrown);
          const failedAt = new Date(services.clock.now()).toISOString();
          log.error('The run did not start', { error_code: error.code, error_message: error.message });
          await services.alerts
            .publish(runFailureEmail({ ...run, failedAt, logs: services.logs }, error))
            .catch((lost: unknown) => log.error('The alert was not sent', { error_message: errorText(lost) }));
          throw error;
        }
      },
    },
    surroundings,
  );
}

function runRequest(event: unknown): RunRequest {
  const parsed = scheduleEvent.safeParse(event);
  if (!parsed.success) {
    throw new MessageError(
      'SCHEDULE_EVENT_INVALID',
      `The schedule's event is wrong: ${z.prettifyError(parsed.error)}`,
      {
        remedy: 'Send {"source": NAME, "scheduled_time": "<aws.scheduler.scheduled-time>"}.',
      },
    );
  }
  const { source, scheduled_time: scheduledTime, tables } = parsed.data;
  const request = { source, scheduledTimeMs: Date.parse(scheduledTime) };
  return tables === undefined ? request : { ...request, tables };
}

export const handler = createScheduler();
