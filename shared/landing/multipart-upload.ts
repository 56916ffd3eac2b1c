import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { LandingError } from '../core/errors.ts';
import type { WrittenBytes } from './landing.ts';
import { Checksum, type Slice } from './slices.ts';

export interface UploadTarget {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Record<string, string>;
}

const ABORT_TIMEOUT_MS = 10_000;

/**
 * One multipart upload with a bounded number of parts in flight, completed only if nothing stands at the key.
 * The whole object's CRC-32 is sent along, so S3 itself refuses an object that lacks a part.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export class MultipartUpload {
  readonly #client: S3Client;
  readonly #target: UploadTarget;
  readonly #uploadId: string;
  readonly #signal: AbortSignal;
  readonly #parts: CompletedPart[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #checksum = new Checksum();
  #bytes = 0;
  #failure: { readonly thrown: unknown } | undefined;

  private constructor(client: S3Client, target: UploadTarget, uploadId: string, signal: AbortSignal) {
    this.#client = client;
    this.#target = target;
    this.#uploadId = uploadId;
    this.#signal = signal;
  }

  static async start(client: S3Client, target: UploadTarget, signal: AbortSignal): Promise<MultipartUpload> {
    const created = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: target.bucket,
        Key: target.key,
        ContentType: target.contentType,
        Metadata: target.metadata,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      }),
      { abortSignal: signal },
    );
    if (created.UploadId === undefined) {
      throw new LandingError('LANDING_UNAVAILABLE', `S3 started an upload for ${target.key} without an id.`);
    }
    return new MultipartUpload(client, target, created.UploadId, signal);
  }

  get partCount(): number {
    return this.#parts.length;
  }

  /** Sends a slice; waits only while `maxInFlight` others are still on their way. */
  async send(slice: Slice, maxInFlight: number): Promise<void> {
    while (this.#inFlight.size >= maxInFlight) await Promise.race(this.#inFlight);
    this.#throwIfFailed();
    this.#checksum.add(slice.bytes);
    this.#bytes += slice.bytes.length;
    const partNumber = this.#parts.push({});
    const sent = this.#sendPart(partNumber, slice.bytes)
      .catch((thrown: unknown) => {
        this.#failure ??= { thrown };
      })
      .finally(() => this.#inFlight.delete(sent));
    this.#inFlight.add(sent);
  }

  async #sendPart(partNumber: number, bytes: Buffer): Promise<void> {
    const checksum = Checksum.of(bytes);
    const answer = await this.#client.send(
      new UploadPartCommand({ ...this.#address(), PartNumber: partNumber, Body: bytes, ChecksumCRC32: checksum }),
      { abortSignal: this.#signal },
    );
    if (answer.ETag === undefined) {
      throw new LandingError(
        'LANDING_UNAVAILABLE',
        `S3 took part ${partNumber} of ${this.#target.key} without an ETag.`,
      );
    }
    this.#parts[partNumber - 1] = { PartNumber: partNumber, ETag: answer.ETag, ChecksumCRC32: checksum };
  }

  /** Waits until every part is up. */
  async settle(): Promise<WrittenBytes> {
    await Promise.all(this.#inFlight);
    this.#throwIfFailed();
    return { bytes: this.#bytes, checksumCrc32: this.#checksum.toString() };
  }

  /** Makes the object visible, unless something stands at its key already. */
  async complete(written: WrittenBytes): Promise<void> {
    await this.#client.send(
      new CompleteMultipartUploadCommand({
        ...this.#address(),
        MultipartUpload: { Parts: this.#parts },
        IfNoneMatch: '*',
        ChecksumCRC32: written.checksumCrc32,
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: written.bytes,
      }),
      { abortSignal: this.#signal },
    );
  }

  /** Gives the parts back. A failure here is left to the bucket's lifecycle rule for incomplete uploads. */
  async abort(): Promise<void> {
    await Promise.all(this.#inFlight);
    const abortSignal = AbortSignal.timeout(ABORT_TIMEOUT_MS);
    await this.#client.send(new AbortMultipartUploadCommand(this.#address()), { abortSignal }).catch(() => undefined);
  }

  #address(): { Bucket: string; Key: string; UploadId: string } {
    return { Bucket: this.#target.bucket, Key: this.#target.key, UploadId: this.#uploadId };
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}
