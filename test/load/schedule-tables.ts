import { Writable } from 'node:stream';
import { createScheduler } from '../../handlers/scheduler.ts';
import { lambdaContext } from '../../local/aws/lambda-event.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/config/limits.ts';
import { createLogger } from '../../shared/lambda/logger.ts';
import { SCHEDULED_TIME } from '../support/handler-fleet.ts';

export interface ScheduleReport {
  readonly runId: string;
  /** Messages. */
  readonly sent: number;
  /** From the cold start to the answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const silent = new Writable({ write: (_line, _encoding, done) => done() });

/** Starts one run by the real scheduler, cold. */
export async function scheduleTables(environment: Readonly<Record<string, string>>): Promise<ScheduleReport> {
  const scheduler = createScheduler({ environment, logger: createLogger(silent) });
  const context = { functionName: 'scheduler', queueArn: '', timeoutMs: FUNCTION_TIMEOUT_SECONDS * 1_000 };
  const before = process.cpuUsage();
  const startedAtMs = performance.now();
  const { runId, sent } = await scheduler({ source: 'shop', scheduled_time: SCHEDULED_TIME }, lambdaContext(context));
  const { user, system } = process.cpuUsage(before);
  return {
    runId,
    sent,
    seconds: (performance.now() - startedAtMs) / 1_000,
    cpuSeconds: (user + system) / 1_000_000,
  };
}
