import { readFile } from 'node:fs/promises';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsFailure, awsFailureKind } from '../../core/aws-error.ts';
import { ConfigError, errorText, type RetryVerdict, SourceError } from '../../core/errors.ts';
import { invalidSecret } from './rds-secret.ts';

export interface SecretPlaces {
  /** Undefined where no secret lives in Secrets Manager. */
  readonly secretsClient?: SecretsManagerClient | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const REQUEST_TIMEOUT_MS = 20_000;
const ARN_PREFIX = 'arn:';
const ENV_PREFIX = 'env:';
const FILE_PREFIX = 'file:';

/**
 * The text behind `arn:aws:secretsmanager:…`, `env:NAME` or `file:PATH`.
 * @throws SourceError (SECRET_NOT_FOUND, SECRET_DENIED, SECRET_UNAVAILABLE, SECRET_INVALID), or ConfigError when the
 * reference is none of these.
 */
export async function readSecret(reference: string, places: SecretPlaces): Promise<string> {
  if (reference.startsWith(ENV_PREFIX)) return fromEnvironment(reference, places.environment);
  if (reference.startsWith(FILE_PREFIX)) return await fromFile(reference);
  if (reference.startsWith(ARN_PREFIX) && places.secretsClient !== undefined) {
    return await fromSecretsManager(reference, places.secretsClient);
  }
  throw new ConfigError('SECRET_REFERENCE_INVALID', `The secret "${reference}" cannot be looked up here.`, {
    remedy: 'Use arn:aws:secretsmanager:…, env:NAME or file:PATH.',
  });
}

function fromEnvironment(reference: string, environment: SecretPlaces['environment']): string {
  const name = reference.slice(ENV_PREFIX.length);
  const text = environment[name];
  if (text !== undefined && text !== '') return text;
  throw failed('SECRET_NOT_FOUND', reference, 'the environment variable is not set', 'permanent', `Set ${name}.`);
}

async function fromFile(reference: string): Promise<string> {
  try {
    return await readFile(reference.slice(FILE_PREFIX.length), 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const code = missing ? 'SECRET_NOT_FOUND' : 'SECRET_DENIED';
    throw failed(code, reference, errorText(error), 'permanent', 'Check the path and who may read the file.');
  }
}

async function fromSecretsManager(arn: string, client: SecretsManagerClient): Promise<string> {
  const abortSignal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const answer = await client.send(new GetSecretValueCommand({ SecretId: arn }), { abortSignal }).catch((error) => {
    throw refused(arn, error);
  });
  if (answer.SecretString === undefined) throw invalidSecret(arn, 'it holds bytes, not text');
  return answer.SecretString;
}

function refused(arn: string, error: unknown): SourceError {
  const failure = awsFailure(error);
  const found = `${failure.name || 'no answer'}: ${errorText(error)}`;
  switch (awsFailureKind(failure)) {
    case 'missing':
      return failed(
        'SECRET_NOT_FOUND',
        arn,
        found,
        'permanent',
        'Check the ARN, its region and whether the secret was deleted.',
      );
    case 'denied':
      return failed(
        'SECRET_DENIED',
        arn,
        found,
        'permanent',
        'Allow secretsmanager:GetSecretValue, and kms:Decrypt for its key.',
      );
    case 'throttled':
    case 'unavailable':
      return failed(
        'SECRET_UNAVAILABLE',
        arn,
        found,
        'transient',
        'Secrets Manager did not answer; it is asked again.',
      );
    default:
      return /Decryption/.test(failure.name)
        ? failed(
            'SECRET_DENIED',
            arn,
            found,
            'permanent',
            "Allow kms:Decrypt for the secret's key, and enable the key.",
          )
        : failed('SECRET_INVALID', arn, found, 'permanent', 'Check the ARN and the state of the secret.');
  }
}

function failed(code: string, reference: string, found: string, retry: RetryVerdict, remedy: string): SourceError {
  return new SourceError(code, `The secret ${reference} cannot be read: ${found}.`, { retry, remedy });
}
