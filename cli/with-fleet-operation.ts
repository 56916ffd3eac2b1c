import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type LocalFleet, startLocalFleet } from '../local/fleet/fleet.ts';
import { existingOutFolder } from '../local/fleet/out-folder.ts';
import { pathShown } from '../local/fleet/path-shown.ts';
import { drained } from '../local/run/run-tables.ts';
import { commandLine } from '../shared/alert/email-text.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { queueNames } from '../shared/config/resource-names.ts';
import { awsFailure, awsFailureKind } from '../shared/core/aws-error.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { ledgerOf } from '../shared/lambda/fleet-services.ts';
import { operatorClients } from '../shared/lambda/operator-clients.ts';
import { processEnvironment } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import type { DeadLetterQueue, TableQueue } from '../shared/queue/queue.ts';
import { SqsDeadLetterQueue } from '../shared/queue/sqs-dead-letter-queue.ts';
import { queueFailure } from '../shared/queue/sqs-failure.ts';
import { SqsTableQueue } from '../shared/queue/sqs-table-queue.ts';
import type { Console } from './console.ts';
import { reportError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { originalBase } from './fleet-options.ts';
import { awsChoice, type OperatorOptions } from './operator-options.ts';
import { localOpener, type Operation, openerOf } from './with-operation.ts';

export interface OperatedQueues {
  readonly queue: TableQueue;
  readonly deadLetters: DeadLetterQueue;
}

/** What a command works with that sends work to a fleet. */
export interface FleetOperation extends Operation {
  /** @throws ConfigError when the stage has no queue for the source */
  queuesOf(source: string): Promise<OperatedQueues>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** The fleet of the folder, whose extractors the command itself is to start; undefined in AWS, where Lambda has them. */
  readonly fleet: LocalFleet | undefined;
  /** Lets the fleet of the folder work on a source's messages until none is left; returns at once in AWS. */
  drain(source: string): Promise<void>;
}

/** After Ctrl-C, running extractions have so long to give back their uploads. */
const HURRY_MS = 3_000;
const GOES_ON = 'Stopped looking; what was sent goes on in AWS. See landfall status.\n';
const WAITS = 'Interrupted. What was not finished goes on in the next run in this folder.\n';
/** Extractors of one source on one machine. */
const LOCAL_EXTRACTORS = 4;

/**
 * Gives `work` the fleet of a stage in AWS, or starts the one of a local run's folder and stops it whatever happens. Ctrl-C
 * and SIGTERM interrupt the work; what was in the queues goes on in AWS, or in the next run in the folder. The folder must
 * be that of an earlier run unless the command `makesFolder`. Errors are told on the console.
 */
export async function withFleetOperation(
  options: OperatorOptions,
  console: Console,
  work: (operation: FleetOperation) => Promise<ExitCode>,
  { makesFolder = false }: { readonly makesFolder?: boolean } = {},
): Promise<ExitCode> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new DOMException('Interrupted.', 'AbortError'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const { local } = options;
    if (local === undefined) return await inAws(options, interrupted.signal, work);
    if (!makesFolder) existingOutFolder(local);
    return await inFolder(local, options, interrupted.signal, work);
  } catch (thrown) {
    if (!interrupted.signal.aborted) return reportError(thrown, console);
    console.err.write(options.local === undefined ? GOES_ON : WAITS);
    return EXIT.interrupted;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function inFolder(
  local: string,
  options: OperatorOptions,
  signal: AbortSignal,
  work: (operation: FleetOperation) => Promise<ExitCode>,
): Promise<ExitCode> {
  const fleet = await startLocalFleet({
    configPath: options.config,
    base: originalBase(options),
    outPath: local,
    environment: processEnvironment(),
    replayCommand: commandLine(['npx', 'landfall', 'replay', '--config', options.config, '--local', local]),
    maxExtractors: LOCAL_EXTRACTORS,
    onProgress: () => undefined,
  });
  const started = new Set<string>();
  try {
    return await work({
      config: fleet.config,
      s3: fleet.s3,
      ledger: fleet.ledger,
      openSource: localOpener(),
      clock: systemClock,
      place: `${pathShown(local)}/`,
      signal,
      fleet,
      queuesOf: async (source) => {
        const { queueUrl, deadLetterQueueUrl } = fleet.queues.get(source)!;
        return queuesAt(fleet.sqs, queueUrl, deadLetterQueueUrl);
      },
      drain: async (source) => {
        if (!started.has(source)) fleet.startExtractors(source);
        started.add(source);
        await drained(fleet, source, signal);
      },
    });
  } finally {
    await fleet.stop(signal.aborted ? AbortSignal.timeout(HURRY_MS) : undefined);
  }
}

async function inAws(
  options: OperatorOptions,
  signal: AbortSignal,
  work: (operation: FleetOperation) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const clients = await operatorClients(awsChoice(options, config), processEnvironment());
  try {
    return await work({
      config,
      s3: clients.s3,
      ledger: ledgerOf(config, clients.s3),
      openSource: openerOf(clients.secrets),
      clock: systemClock,
      place: `s3://${config.target.bucket}/`,
      signal,
      fleet: undefined,
      queuesOf: async (source) => {
        const names = queueNames(options.stage, source);
        const [queueUrl, deadLetterQueueUrl] = await Promise.all([
          queueUrlOf(clients.sqs, names.queue, source),
          queueUrlOf(clients.sqs, names.deadLetterQueue, source),
        ]);
        return queuesAt(clients.sqs, queueUrl, deadLetterQueueUrl);
      },
      drain: async () => undefined,
    });
  } finally {
    clients.destroy();
  }
}

async function queueUrlOf(client: SQSClient, name: string, source: string): Promise<string> {
  try {
    const { QueueUrl: url } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    return url!;
  } catch (thrown) {
    if (awsFailureKind(awsFailure(thrown)) !== 'missing') throw queueFailure(thrown, `Looking for the queue ${name}`);
    throw new ConfigError(
      'QUEUE_NOT_FOUND',
      `There is no queue ${name} for source "${source}" in this account and region.`,
      {
        cause: thrown,
        remedy:
          'Name the deployed stage with --stage and the place with --region and --profile; or a local run with --local.',
      },
    );
  }
}

function queuesAt(client: SQSClient, queueUrl: string, deadLetterQueueUrl: string): OperatedQueues {
  return {
    deadLetters: new SqsDeadLetterQueue(client, deadLetterQueueUrl),
    queue: new SqsTableQueue({ client, queueUrl, deadLetterQueueUrl, clock: systemClock, random: Math.random }),
  };
}
