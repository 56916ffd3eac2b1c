import * as z from 'zod';
import type { LandfallConfig } from '../shared/config/config.ts';
import { requireSource } from '../shared/config/require-source.ts';
import type { Clock } from '../shared/core/clock.ts';
import { MessageError } from '../shared/core/errors.ts';
import type { LetterFilter } from '../shared/flow/dead-tables.ts';
import { type ReplayReport, replayDeadLetters } from '../shared/flow/replay-dead-letters.ts';
import type { Surroundings } from '../shared/lambda/cold-start.ts';
import { type EventHandler, eventHandler } from '../shared/lambda/event-handler.ts';
import { type FleetQueues, fleetConfig, fleetQueues } from '../shared/lambda/fleet-services.ts';
import { logWith } from '../shared/lambda/logger.ts';
import { type FleetSettings, fleetSettings } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';

/** The options of `landfall replay`, for whoever has a console and no shell. */
const replayEvent = z
  .strictObject({
    source: z.string().min(1).optional(),
    tables: z.array(z.string().min(1)).default([]),
    runs: z.array(z.string().min(1)).default([]),
    /** `none` for letters without an error code. */
    errors: z.array(z.string().min(1)).default([]),
    all: z.boolean().default(false),
    dry_run: z.boolean().default(false),
    /** Tables at most, of all sources together. */
    max: z.number().int().min(1).optional(),
  })
  .refine(({ all, tables, runs, errors }) => all !== tables.length + runs.length + errors.length > 0, {
    error: 'name what to replay with tables, runs or errors, or else set all to true',
  });

interface Services {
  readonly config: LandfallConfig;
  readonly queues: FleetQueues;
  readonly clock: Clock;
}

/** What became of the dead letters of a source. */
export interface SourceReplay {
  readonly source: string;
  readonly replayed: readonly { readonly table: string; readonly run_id: string; readonly error_code: string | null }[];
  /** Tables that are meant but stay, for the sake of `max` or because time was up: call again. */
  readonly waiting: number;
  /** Letters that the options leave out. */
  readonly left: number;
  readonly unreadable: readonly { readonly message_id: string; readonly problem: string }[];
  /** False when there may be letters that were not looked at: call again. */
  readonly complete: boolean;
}

export interface ReplayResult {
  readonly dry_run: boolean;
  readonly sources: readonly SourceReplay[];
}

/** Cold start. */
async function build(settings: FleetSettings): Promise<Services> {
  return {
    config: await fleetConfig(settings),
    queues: fleetQueues(settings, systemClock, Math.random),
    clock: systemClock,
  };
}

/** Kept of an invocation for the batch that is under way. */
const RESERVE_MS = 30_000;

/** Sends dead letters back to work. */
export function createReplayer(surroundings?: Surroundings): EventHandler<ReplayResult> {
  return eventHandler<FleetSettings, Services, ReplayResult>(
    {
      settings: fleetSettings,
      build,
      async handle(event, { config, queues, clock }, logger, context) {
        const { source, tables, runs, errors, dry_run: dryRun, max } = replayOptions(event);
        const remainingMs = context.getRemainingTimeInMillis();
        const enough = AbortSignal.timeout(Math.floor(remainingMs - Math.min(RESERVE_MS, remainingMs / 2)));
        const filter: LetterFilter = { tables, runs, errors };
        const names = source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
        const sources: SourceReplay[] = [];
        let room = max;
        for (const name of names) {
          const services = { queue: queues.ofSource(name), deadLetters: queues.deadLettersOf(name), clock, enough };
          const report = await replayDeadLetters({ filter, dryRun, max: room }, services);
          sources.push(sourceReplay(name, report));
          if (room !== undefined) room -= report.replayed.length;
          const { replayed, waiting, left } = report;
          const counts = { replayed: replayed.length, waiting, left, dry_run: dryRun };
          logWith(logger, { source: name }).info('Dead letters replayed', counts);
        }
        return { dry_run: dryRun, sources };
      },
    },
    surroundings,
  );
}

function replayOptions(event: unknown): z.infer<typeof replayEvent> {
  const parsed = replayEvent.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new MessageError(
    'REPLAY_EVENT_INVALID',
    `The options of the replay are wrong: ${z.prettifyError(parsed.error)}`,
    {
      remedy:
        'Send {"all": true}, or what to replay: {"source": NAME, "tables": [NAME], "runs": [ID], "errors": [CODE]}; ' +
        '"dry_run": true only looks, "max": N bounds the tables.',
    },
  );
}

function sourceReplay(source: string, { replayed, waiting, left, unreadable, complete }: ReplayReport): SourceReplay {
  return {
    source,
    replayed: replayed.map(({ message, errorCode }) => ({
      table: message.table,
      run_id: message.runId,
      error_code: errorCode ?? null,
    })),
    waiting,
    left,
    unreadable: unreadable.map(({ messageId, problem }) => ({ message_id: messageId, problem })),
    complete,
  };
}

export const handler = createReplayer();
