import type { S3Client } from '@aws-sdk/client-s3';
import { LOCAL_REGION } from '../local/aws/local-client.ts';
import { withOutBucket } from '../local/fleet/out-bucket.ts';
import { pathShown } from '../local/fleet/path-shown.ts';
import type { LandfallConfig } from '../shared/config/config.ts';
import { REFUSED_LOGIN_PAUSE_MS, SECRET_CACHE_MS } from '../shared/config/limits.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import type { Clock } from '../shared/core/clock.ts';
import type { OpenSource } from '../shared/flow/services.ts';
import { secretsClient } from '../shared/lambda/aws-clients.ts';
import { ledgerOf } from '../shared/lambda/fleet-services.ts';
import { operatorClients } from '../shared/lambda/operator-clients.ts';
import { processEnvironment } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import type { Ledger } from '../shared/ledger/ledger.ts';
import { everyDialect } from '../shared/source/every-dialect.ts';
import { sourceOpener } from '../shared/source/open-source.ts';

import { originalBase } from './fleet-options.ts';
import { awsChoice, type OperatorOptions } from './operator-options.ts';

/** What a command works with: a configuration, and what has landed by it. */
export interface Operation {
  readonly config: LandfallConfig;
  readonly s3: S3Client;
  readonly ledger: Ledger;
  readonly openSource: OpenSource;
  readonly clock: Clock;
  /** Where that is, in words for a person. */
  readonly place: string;
}

/**
 * Gives `work` the bucket of the configuration, in AWS or in the folder of a local run.
 * @throws ConfigError for a wrong configuration, a folder that cannot be used now, or AWS without a region
 */
export async function withOperation<T>(
  options: OperatorOptions,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const { local } = options;
  if (local !== undefined) {
    return await withOutBucket(local, (s3) =>
      work({ ...bucketOf(config, s3), openSource: localOpener(), place: `${pathShown(local)}/` }),
    );
  }
  const clients = await operatorClients(awsChoice(options, config), processEnvironment());
  try {
    return await work({
      ...bucketOf(config, clients.s3),
      openSource: openerOf(clients.secrets),
      place: `s3://${config.target.bucket}/`,
    });
  } finally {
    clients.destroy();
  }
}

function bucketOf(config: LandfallConfig, s3: S3Client) {
  return { config, s3, ledger: ledgerOf(config, s3), clock: systemClock };
}

/** Opens the sources of a configuration with secrets of this machine, or of Secrets Manager. */
export function openerOf(client: ReturnType<typeof secretsClient>): OpenSource {
  return sourceOpener({
    dialects: everyDialect,
    secretsClient: client,
    environment: processEnvironment(),
    clock: systemClock,
    cacheMs: SECRET_CACHE_MS,
    refusedLoginPauseMs: REFUSED_LOGIN_PAUSE_MS,
  });
}

/** Without a bucket in AWS a secret may be there all the same. */
export function localOpener(): OpenSource {
  const environment = processEnvironment();
  return openerOf(
    secretsClient({
      AWS_REGION: environment.AWS_REGION ?? LOCAL_REGION,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    }),
  );
}
