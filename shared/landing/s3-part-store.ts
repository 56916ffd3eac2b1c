import { DeleteObjectsCommand, type S3Client, type _Error as S3KeyError } from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandingError } from '../core/errors.ts';
import type { PartStore } from './part-store.ts';
import { landingFailure } from './s3-failure.ts';

export interface S3PartStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Waits before try `attempt + 1` of keys that S3 has not deleted; at once when left out. */
  readonly pause?: (attempt: number) => Promise<void>;
}

/** What one request may name. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1_000;

/** S3 may delete some keys of a request and fail for others; these are asked for again. */
const MAX_TRIES = 3;

/** Objects of a bucket in S3, deleted by the thousand. */
export class S3PartStore implements PartStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #pause: (attempt: number) => Promise<void>;

  constructor({ client, bucket, pause = async () => undefined }: S3PartStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#pause = pause;
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += MAX_KEYS) {
      await this.#deleteAll(keys.slice(start, start + MAX_KEYS));
    }
  }

  async #deleteAll(keys: readonly string[]): Promise<void> {
    let left = keys;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) await this.#pause(attempt);
      const errors = await this.#request(left);
      const [first] = errors;
      if (first === undefined) return;
      if (attempt + 1 === MAX_TRIES || errors.some(isFinal)) throw this.#keyFailure(first, errors.length);
      const failed = new Set(errors.map(({ Key: key }) => key));
      // An error that names no key says nothing of which were deleted.
      left = failed.has(undefined) ? left : left.filter((key) => failed.has(key));
    }
  }

  async #request(keys: readonly string[]): Promise<readonly S3KeyError[]> {
    const request = new DeleteObjectsCommand({
      Bucket: this.#bucket,
      Delete: { Objects: keys.map((key) => ({ Key: key })), Quiet: true },
    });
    try {
      return (await this.#client.send(request)).Errors ?? [];
    } catch (thrown) {
      throw this.#failure(thrown, `Deleting ${keys.length} objects from ${keys[0]}`);
    }
  }

  #keyFailure(error: S3KeyError, amount: number): Error {
    const thrown = { name: error.Code, message: error.Message };
    const others = amount === 2 ? 'one other object' : `${amount - 1} other objects`;
    return this.#failure(thrown, `Deleting ${error.Key ?? 'an object'}${amount === 1 ? '' : ` and ${others}`}`);
  }

  #failure(thrown: unknown, action: string): Error {
    const failure = landingFailure(thrown, action, this.#bucket);
    if (awsFailureKind(awsFailure(thrown)) !== 'denied') return failure;
    const remedy = 'Allow s3:DeleteObject on the keys below the prefix to whoever cleans; extractors do not need it.';
    return new LandingError(failure.code, failure.message, { cause: thrown, retry: failure.retry, remedy });
  }
}

function isFinal({ Code: name, Message: message }: S3KeyError): boolean {
  return awsFailureKind(awsFailure({ name, message })) === 'denied';
}
