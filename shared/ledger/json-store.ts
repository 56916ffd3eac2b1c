import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { ConsistencyError, LandingError } from '../core/errors.ts';
import type { Versioned } from './ledger.ts';

export interface WrittenVersion<T> extends Versioned<T> {
  /** Tells who wrote it; empty when it was not written by a JsonStore. */
  readonly writeId: string;
}

const WRITE_METADATA = 'landfall-write';

/** Waits before try `attempt + 1`. */
export type Pause = (attempt: number) => Promise<void>;

export const noPause: Pause = async () => undefined;

/** S3 answers 409 when two conditional writes of one key meet; the loser looks and tries again. */
const MAX_CREATE_TRIES = 3;

/** JSON documents in one bucket, written with conditions so that two writers cannot both succeed. */
export class JsonStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #pause: Pause;

  constructor(client: S3Client, bucket: string, pause: Pause = noPause) {
    this.#pause = pause;
    this.#client = client;
    this.#bucket = bucket;
  }

  async read<T>(key: string): Promise<WrittenVersion<T> | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const text = (await answer.Body?.transformToString('utf8')) ?? '';
      const writeId = answer.Metadata?.[WRITE_METADATA] ?? '';
      return { value: parseRecord<T>(key, text), etag: answer.ETag ?? '', writeId };
    } catch (thrown) {
      const failure = awsFailure(thrown);
      if (failure.name === 'NoSuchKey') return undefined;
      throw this.#failure(thrown, `Reading ${key}`);
    }
  }

  /**
   * Writes a document unless one stands; returns the one that stands then. When the answer to our own write was lost,
   * the standing document bears our id and counts as created.
   */
  async create<T>(key: string, value: T): Promise<{ readonly created: boolean; readonly value: T }> {
    const writeId = randomUUID();
    for (let attempt = 0; attempt < MAX_CREATE_TRIES; attempt += 1) {
      if (attempt > 0) await this.#pause(attempt);
      const etag = await this.#put(key, value, writeId, { IfNoneMatch: '*' });
      if (etag !== undefined) return { created: true, value };
      const standing = await this.read<T>(key);
      if (standing !== undefined) return { created: standing.writeId === writeId, value: standing.value };
    }
    throw new LandingError(
      'LEDGER_CONFLICT',
      `${key} was refused as existing ${MAX_CREATE_TRIES} times, yet is not there.`,
    );
  }

  /**
   * Replaces the version that was read, or writes the first one when `etag` is undefined; gives the new version.
   * Undefined when somebody else wrote first. When the answer to our own write was lost, the standing document bears
   * our id and counts as written.
   */
  async write<T>(key: string, value: T, etag: string | undefined): Promise<WrittenVersion<T> | undefined> {
    const writeId = randomUUID();
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    const written = await this.#put(key, value, writeId, condition);
    if (written !== undefined) return { value, etag: written, writeId };
    const standing = await this.read<T>(key);
    return standing?.writeId === writeId ? standing : undefined;
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

  /**
   * The new version's ETag; undefined when the condition does not hold. No answer says nothing of the write itself: what
   * stands at the key does.
   */
  async #put(
    key: string,
    value: unknown,
    writeId: string,
    condition: { IfMatch?: string; IfNoneMatch?: string },
  ): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: `${JSON.stringify(value, null, 2)}\n`,
          ContentType: 'application/json',
          Metadata: { [WRITE_METADATA]: writeId },
          ...condition,
        }),
      );
      return answer.ETag ?? '';
    } catch (thrown) {
      const kind = awsFailureKind(awsFailure(thrown));
      if (kind === 'precondition' || kind === 'conflict') return undefined;
      const own = kind === 'unavailable' ? await this.#ownWrite(key, writeId) : undefined;
      if (own !== undefined) return own.etag;
      throw this.#failure(thrown, `Writing ${key}`);
    }
  }

  /** What stands at the key when we wrote it; undefined also when that cannot be found out. */
  async #ownWrite(key: string, writeId: string): Promise<WrittenVersion<unknown> | undefined> {
    const standing = await this.read<unknown>(key).catch(() => undefined);
    return standing?.writeId === writeId ? standing : undefined;
  }

  #failure(thrown: unknown, action: string): Error {
    return thrown instanceof ConsistencyError ? thrown : ledgerFailure(thrown, action, this.#bucket);
  }
}

function ledgerFailure(thrown: unknown, action: string, bucket: string): LandingError {
  const failure = awsFailure(thrown);
  const found = `${action} in bucket ${bucket} failed: ${failure.name || 'no answer'} (${failure.message}).`;
  if (failure.name === 'NoSuchBucket') {
    return new LandingError('BUCKET_NOT_FOUND', found, {
      cause: thrown,
      retry: 'permanent',
      remedy: `Create the bucket ${bucket} or correct target.bucket in the configuration.`,
    });
  }
  if (failure.status === 507) {
    return new LandingError('STORAGE_FULL', found, {
      cause: thrown,
      remedy: 'Free space on the disk of the output folder.',
    });
  }
  const denied = awsFailureKind(failure) === 'denied';
  return new LandingError(denied ? 'LEDGER_DENIED' : 'LEDGER_UNAVAILABLE', found, {
    cause: thrown,
    retry: denied ? 'permanent' : 'transient',
    remedy: `Check that ${bucket} can be reached and that the role may read and write below _landfall/.`,
  });
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
