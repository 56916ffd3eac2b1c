import {
  GetObjectCommand,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { ConsistencyError, LandingError } from '../core/errors.ts';

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** S3 answers 409 when two conditional writes of one key meet; the loser looks and tries again. */
const MAX_CREATE_TRIES = 3;

/** JSON documents in one bucket, written with conditions so that two writers cannot both succeed. */
export class JsonStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read<T>(key: string): Promise<Versioned<T> | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const text = (await answer.Body?.transformToString('utf8')) ?? '';
      return { value: parseRecord<T>(key, text), etag: answer.ETag ?? '' };
    } catch (thrown) {
      const failure = awsFailure(thrown);
      if (failure.name === 'NoSuchKey') return undefined;
      throw this.#failure(thrown, `Reading ${key}`);
    }
  }

  /**
   * Writes a document unless one stands; returns the one that stands then. When our own earlier answer was lost,
   * the standing document equals ours and counts as created.
   */
  async create<T>(key: string, value: T): Promise<{ readonly created: boolean; readonly value: T }> {
    for (let attempt = 0; attempt < MAX_CREATE_TRIES; attempt += 1) {
      if (await this.#put(key, value, { IfNoneMatch: '*' })) return { created: true, value };
      const standing = await this.read<T>(key);
      if (standing !== undefined) {
        return { created: JSON.stringify(standing.value) === JSON.stringify(value), value: standing.value };
      }
    }
    throw new LandingError(
      'LEDGER_CONFLICT',
      `${key} was refused as existing ${MAX_CREATE_TRIES} times, yet is not there.`,
    );
  }

  /** Replaces the version that was read; false when somebody else replaced it first. */
  replace<T>(key: string, value: T, etag: string): Promise<boolean> {
    return this.#put(key, value, { IfMatch: etag });
  }

  /** Every key below the prefix. */
  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    try {
      const pages: AsyncIterable<ListObjectsV2CommandOutput> = paginateListObjectsV2(
        { client: this.#client },
        { Bucket: this.#bucket, Prefix: prefix },
      );
      for await (const page of pages) {
        for (const { Key: key } of page.Contents ?? []) if (key !== undefined) keys.push(key);
      }
    } catch (thrown) {
      throw this.#failure(thrown, `Listing ${prefix}`);
    }
    return keys;
  }

  async #put(key: string, value: unknown, condition: { IfMatch?: string; IfNoneMatch?: string }): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: `${JSON.stringify(value, null, 2)}\n`,
          ContentType: 'application/json',
          ...condition,
        }),
      );
      return true;
    } catch (thrown) {
      const kind = awsFailureKind(awsFailure(thrown));
      if (kind === 'precondition' || kind === 'conflict') return false;
      throw this.#failure(thrown, `Writing ${key}`);
    }
  }

  #failure(thrown: unknown, action: string): Error {
    if (thrown instanceof ConsistencyError) return thrown;
    const failure = awsFailure(thrown);
    const kind = awsFailureKind(failure);
    const missingBucket = failure.name === 'NoSuchBucket';
    const code = missingBucket ? 'BUCKET_NOT_FOUND' : kind === 'denied' ? 'LEDGER_DENIED' : 'LEDGER_UNAVAILABLE';
    return new LandingError(
      code,
      `${action} in bucket ${this.#bucket} failed: ${failure.name || 'no answer'} (${failure.message}).`,
      {
        cause: thrown,
        retry: missingBucket || kind === 'denied' ? 'permanent' : 'transient',
        remedy: missingBucket
          ? `Create the bucket ${this.#bucket} or correct target.bucket in the configuration.`
          : `Check that ${this.#bucket} can be reached and that the role may read and write below _landfall/.`,
      },
    );
  }
}

function parseRecord<T>(key: string, text: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unreadable(key, 'is not JSON', cause);
  }
  if ((parsed as { version?: unknown } | null)?.version !== 1) {
    throw unreadable(key, `has version ${String((parsed as { version?: unknown } | null)?.version)}`);
  }
  return parsed as T;
}

function unreadable(key: string, found: string, cause?: unknown): ConsistencyError {
  return new ConsistencyError('RECORD_UNREADABLE', `The ledger's record ${key} ${found}; expected version 1.`, {
    cause,
    retry: 'permanent',
    remedy: 'Restore the object from its previous S3 version.',
  });
}
