import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandingError } from '../core/errors.ts';
import {
  assertIntact,
  type FoundObject,
  type Landing,
  type LandingOutcome,
  type ObjectRequest,
  type WrittenBytes,
} from './landing.ts';
import { MultipartUpload, type UploadTarget } from './multipart-upload.ts';
import { landingFailure } from './s3-failure.ts';
import { Checksum, type Slice, slicesOf } from './slices.ts';

export interface S3LandingOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Bytes of the first slices; slices double once half of S3's 10,000 parts are used. */
  readonly sliceBytes?: number;
  readonly maxInFlight?: number;
}

const DEFAULT_SLICE_BYTES = 8 * 1024 * 1024;
const DEFAULT_MAX_IN_FLIGHT = 3;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

export const ATTEMPT_METADATA = 'landfall-attempt';

/** Lands objects in one bucket with conditional completion: the first attempt to complete a key wins for good. */
export class S3Landing implements Landing {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #sliceBytes: number;
  readonly #maxInFlight: number;

  constructor(options: S3LandingOptions) {
    this.#client = options.client;
    this.#bucket = options.bucket;
    this.#sliceBytes = options.sliceBytes ?? DEFAULT_SLICE_BYTES;
    this.#maxInFlight = options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT;
  }

  async land(
    request: ObjectRequest,
    body: AsyncIterable<Uint8Array>,
    beforeCommit: (written: WrittenBytes) => Promise<void>,
    signal: AbortSignal,
  ): Promise<LandingOutcome> {
    const target: UploadTarget = {
      bucket: this.#bucket,
      key: request.key,
      contentType: request.contentType,
      metadata: { ...request.metadata, [ATTEMPT_METADATA]: request.attemptId },
    };
    const sizeOf = (index: number) => this.#sliceBytes * (index < MAX_PARTS / 2 ? 1 : 2);
    let upload: MultipartUpload | undefined;
    try {
      for await (const slice of slicesOf(body, sizeOf)) {
        signal.throwIfAborted();
        if (upload === undefined && slice.last) return await this.#put(target, slice, request, beforeCommit, signal);
        upload ??= await this.#ask('Starting an upload', () => MultipartUpload.start(this.#client, target, signal));
        await this.#sendSlice(upload, slice, target.key);
      }
      const written = await this.#ask('Uploading', () => (upload as MultipartUpload).settle());
      await beforeCommit(written);
      const outcome = await this.#commit(request, written, () => (upload as MultipartUpload).complete(written));
      if (outcome.status === 'superseded') await upload?.abort();
      return outcome;
    } catch (thrown) {
      await upload?.abort();
      if (signal.aborted) throw signal.reason;
      throw thrown;
    }
  }

  async find(key: string): Promise<FoundObject | undefined> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      return {
        bytes: head.ContentLength ?? 0,
        attemptId: head.Metadata?.[ATTEMPT_METADATA] ?? '',
        checksumCrc32: head.ChecksumType === 'COMPOSITE' ? undefined : head.ChecksumCRC32,
      };
    } catch (thrown) {
      if (awsFailureKind(awsFailure(thrown)) === 'missing') return undefined;
      throw landingFailure(thrown, `Looking up ${key}`, this.#bucket);
    }
  }

  async mark(key: string): Promise<void> {
    const marker = { Bucket: this.#bucket, Key: key, Body: Buffer.alloc(0), ContentLength: 0, IfNoneMatch: '*' };
    try {
      await this.#client.send(new PutObjectCommand(marker));
    } catch (thrown) {
      const kind = awsFailureKind(awsFailure(thrown));
      if (kind === 'precondition') return;
      if (kind === 'conflict' && (await this.find(key)) !== undefined) return;
      throw landingFailure(thrown, `Writing ${key}`, this.#bucket);
    }
  }

  async #sendSlice(upload: MultipartUpload, slice: Slice, key: string): Promise<void> {
    if (slice.bytes.length === 0) return;
    if (upload.partCount === MAX_PARTS) {
      throw new LandingError('OBJECT_TOO_LARGE', `${key} needs more than S3's ${MAX_PARTS} parts.`, {
        retry: 'permanent',
        remedy: 'Split the table: add a where clause or several custom queries.',
      });
    }
    await this.#ask('Uploading', () => upload.send(slice, this.#maxInFlight));
  }

  async #put(
    target: UploadTarget,
    slice: Slice,
    request: ObjectRequest,
    beforeCommit: (written: WrittenBytes) => Promise<void>,
    signal: AbortSignal,
  ): Promise<LandingOutcome> {
    const written = { bytes: slice.bytes.length, checksumCrc32: Checksum.of(slice.bytes) };
    await beforeCommit(written);
    const put = new PutObjectCommand({
      Bucket: target.bucket,
      Key: target.key,
      ContentType: target.contentType,
      Metadata: target.metadata,
      Body: slice.bytes,
      ChecksumCRC32: written.checksumCrc32,
      IfNoneMatch: '*',
    });
    return this.#commit(request, written, async () => {
      await this.#client.send(put, { abortSignal: signal });
    });
  }

  /**
   * Completes, and asks the store itself what happened: an answer can be lost, so only what stands at the key
   * decides who won. @throws LandingError when nothing stands there.
   */
  async #commit(request: ObjectRequest, written: WrittenBytes, complete: () => Promise<void>): Promise<LandingOutcome> {
    let failure: { readonly thrown: unknown } | undefined;
    try {
      await complete();
    } catch (thrown) {
      failure = { thrown };
    }
    const found = await this.find(request.key);
    if (found === undefined) {
      if (failure === undefined) throw vanished(request.key, this.#bucket);
      throw landingFailure(failure.thrown, `Completing ${request.key}`, this.#bucket);
    }
    if (found.attemptId !== request.attemptId) return { status: 'superseded', by: found };
    assertIntact(request.key, found, written);
    return { status: 'landed', written };
  }

  async #ask<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw landingFailure(thrown, action, this.#bucket);
    }
  }
}

function vanished(key: string, bucket: string): LandingError {
  return new LandingError('OBJECT_VANISHED', `${key} was completed in bucket ${bucket}, but it is not there.`, {
    remedy: 'Find out who or which lifecycle rule deletes below this key, then replay the table.',
  });
}
