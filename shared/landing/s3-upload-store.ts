import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandingError } from '../core/errors.ts';
import { landingFailure } from './s3-failure.ts';
import type { OpenUpload, UploadStore } from './upload-store.ts';

/** Unfinished uploads as S3 itself knows them. */
export class S3UploadStore implements UploadStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
  async *list(prefix: string): AsyncGenerator<OpenUpload> {
    let page: ListMultipartUploadsCommandOutput | undefined;
    do {
      page = await this.#page(prefix, page);
      for (const { Key: key, UploadId: uploadId, Initiated: startedAt } of page.Uploads ?? []) {
        if (key === undefined || uploadId === undefined || startedAt === undefined) continue;
        yield { key: decoded(key), uploadId, startedAtMs: startedAt.getTime() };
      }
    } while (page.IsTruncated === true && page.NextKeyMarker !== undefined);
  }

  async abort({ key, uploadId }: OpenUpload): Promise<boolean> {
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: uploadId }));
      return true;
    } catch (thrown) {
      if (awsFailure(thrown).name === 'NoSuchUpload') return false;
      throw this.#failure(thrown, `Aborting the upload of ${key}`);
    }
  }

  async #page(
    prefix: string,
    before: ListMultipartUploadsCommandOutput | undefined,
  ): Promise<ListMultipartUploadsCommandOutput> {
    const { NextKeyMarker: keyMarker, NextUploadIdMarker: uploadIdMarker } = before ?? {};
    const request = new ListMultipartUploadsCommand({
      Bucket: this.#bucket,
      Prefix: prefix,
      // Somebody else's key may hold characters that XML does not.
      EncodingType: 'url',
      ...(keyMarker !== undefined && { KeyMarker: decoded(keyMarker) }),
      ...(uploadIdMarker !== undefined && { UploadIdMarker: uploadIdMarker }),
    });
    try {
      return await this.#client.send(request);
    } catch (thrown) {
      throw this.#failure(thrown, 'Listing unfinished uploads');
    }
  }

  #failure(thrown: unknown, action: string): Error {
    const failure = landingFailure(thrown, action, this.#bucket);
    if (awsFailureKind(awsFailure(thrown)) === 'denied') {
      const remedy = 'Allow s3:ListBucketMultipartUploads on the bucket and s3:AbortMultipartUpload on its keys.';
      return new LandingError(failure.code, failure.message, { cause: thrown, retry: failure.retry, remedy });
    }
    if (awsFailure(thrown).name === 'CredentialsProviderError') {
      const remedy = 'Sign in to AWS, or set AWS_PROFILE to a profile of its configuration.';
      return new LandingError(failure.code, failure.message, { cause: thrown, retry: 'permanent', remedy });
    }
    return failure;
  }
}

/** S3 encodes keys as forms do: `+` is a space. */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
