import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { type LandfallError, LandingError } from '../core/errors.ts';
import type { FoundPart, PartReader } from './part-reader.ts';
import { landingFailure } from './s3-failure.ts';
import { ATTEMPT_METADATA } from './s3-landing.ts';

export interface S3PartReaderOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** How long one piece may take, from the request to its last byte. */
  readonly timeoutMs?: number;
  /** Waits before try `attempt + 1` of a piece that broke off; at once when left out. */
  readonly pause?: (attempt: number) => Promise<void>;
}

/** A piece of 8 MiB at 100 kB/s. */
const DEFAULT_TIMEOUT_MS = 90_000;

/** The SDK itself repeats requests that get no answer; these are tries of answers whose body breaks off. */
const MAX_TRIES = 3;

/** Objects of a bucket in S3, read by ranges of the version that was looked up. */
export class S3PartReader implements PartReader {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #timeoutMs: number;
  readonly #pause: (attempt: number) => Promise<void>;

  constructor({ client, bucket, timeoutMs, pause }: S3PartReaderOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#pause = pause ?? (async () => undefined);
  }

  async find(key: string, signal: AbortSignal): Promise<FoundPart | undefined> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
        { abortSignal: this.#limited(signal) },
      );
      return {
        key,
        bytes: head.ContentLength ?? 0,
        attemptId: head.Metadata?.[ATTEMPT_METADATA] ?? '',
        checksumCrc32: head.ChecksumType === 'COMPOSITE' ? undefined : head.ChecksumCRC32,
        etag: head.ETag ?? '*',
      };
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = awsFailure(thrown);
      if (failure.name !== 'NoSuchBucket' && awsFailureKind(failure) === 'missing') return undefined;
      throw this.#failure(thrown, `Looking up ${key}`);
    }
  }

  async read(part: FoundPart, from: number, to: number, signal: AbortSignal): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#readOnce(part, from, to, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const kind = awsFailureKind(awsFailure(thrown));
        if (kind === 'missing' || kind === 'precondition') throw this.#vanished(part, thrown);
        const failure = this.#failure(thrown, `Reading ${part.key}`);
        if (failure.retry === 'permanent' || attempt === MAX_TRIES) throw failure;
        await this.#pause(attempt);
      }
    }
  }

  async #readOnce(part: FoundPart, from: number, to: number, signal: AbortSignal): Promise<Uint8Array> {
    const limited = this.#limited(signal);
    const { Body: body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: this.#bucket,
        Key: part.key,
        Range: `bytes=${from}-${to - 1}`,
        IfMatch: part.etag,
      }),
      { abortSignal: limited },
    );
    const bytes = (await body?.transformToByteArray()) ?? new Uint8Array(0);
    if (bytes.length === to - from) return bytes;
    throw new LandingError('LANDING_UNAVAILABLE', `S3 gave ${bytes.length} of ${to - from} bytes of ${part.key}.`);
  }

  #limited(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
  }

  #vanished({ key }: FoundPart, cause: unknown): LandingError {
    const message = `${key} was removed from bucket ${this.#bucket}, or replaced, while it was read.`;
    return new LandingError('OBJECT_VANISHED', message, {
      cause,
      remedy: 'Find out who or which lifecycle rule writes or deletes below this key.',
    });
  }

  #failure(thrown: unknown, action: string): LandfallError {
    const failure = landingFailure(thrown, action, this.#bucket);
    if (awsFailureKind(awsFailure(thrown)) !== 'denied') return failure;
    const remedy =
      'Allow s3:GetObject and s3:ListBucket, and kms:Decrypt with the key of the bucket, to whoever verifies.';
    return new LandingError(failure.code, failure.message, { cause: thrown, retry: failure.retry, remedy });
  }
}
