import { S3Client } from '@aws-sdk/client-s3';
import type { Calls, Turn } from '../world/calls.ts';
import type { Chance } from '../world/chance.ts';
import type { CallFault } from '../world/faults.ts';
import type { Life } from '../world/life.ts';
import type { Bucket, WriteConditions } from './bucket.ts';
import {
  answeringClient,
  type Command,
  doneTwice,
  losingAnswer,
  operationOf,
  refusing,
  requestAborted,
  serviceError,
} from './service-error.ts';

interface S3Input {
  readonly Key?: string;
  readonly Body?: string | Buffer;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly IfNoneMatch?: string;
  readonly IfMatch?: string;
  readonly ChecksumCRC32?: string;
  readonly UploadId?: string;
  readonly PartNumber?: number;
  readonly MultipartUpload?: { readonly Parts?: readonly { PartNumber?: number; ETag?: string }[] };
  readonly MpuObjectSize?: number;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
}

/** Keys of one page of a list: few, so that every list has several. */
const MAX_PAGE_KEYS = 4;

const LATE_EFFECTS_MS = [2_000, 60_000, 1_800_000, 9_000_000];

/** One bucket, as the S3 clients of all programs see it. */
export class SimS3 {
  readonly #bucket: Bucket;
  readonly #calls: Calls;
  readonly #chance: Chance;
  /** When each key was last written. */
  readonly #writtenAtMs = new Map<string, number>();

  constructor(bucket: Bucket, calls: Calls, chance: Chance) {
    this.#bucket = bucket;
    this.#calls = calls;
    this.#chance = chance;
  }

  client(life: Life): S3Client {
    return answeringClient(S3Client, (command, options) => this.#send(life, command, options?.abortSignal));
  }

  #send(life: Life, command: Command, signal: AbortSignal | undefined): Promise<unknown> {
    const operation = operationOf(command);
    const input = command.input as S3Input;
    const key = input.Key ?? input.Prefix ?? '';
    const conditional = input.IfNoneMatch !== undefined || input.IfMatch !== undefined;
    const issuedAtMs = this.#calls.loop.nowMs;
    const effect = () => {
      if (conditional) this.#refuseWhenContended(key, issuedAtMs);
      const answer = this.#answer(operation, key, input);
      if (/^(Put|Complete)/.test(operation)) this.#writtenAtMs.set(key, this.#calls.loop.nowMs);
      return answer;
    };
    return this.#calls.make(life, {
      site: { service: 's3', operation, key: siteKey(key, input), conditional },
      effect,
      bend: (fault) => this.#bend(fault, effect, input),
      signal,
      interrupted: requestAborted,
    });
  }

  /** S3 may answer 409 instead of 412 when the key was written while the request was under way. */
  #refuseWhenContended(key: string, issuedAtMs: number): void {
    const writtenAtMs = this.#writtenAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (writtenAtMs >= issuedAtMs && this.#chance.chance(0.5)) throw conditionalConflict();
  }

  #bend(fault: CallFault, effect: () => unknown, { UploadId: uploadId }: S3Input): Turn<unknown> {
    switch (fault) {
      case 's3-unavailable':
        return refusing(serviceError('SlowDown', 503, 'Please reduce your request rate.'));
      case 's3-conflict':
        return refusing(conditionalConflict());
      case 's3-denied':
        return refusing(serviceError('AccessDenied', 403, 'Access Denied'));
      case 's3-answer-lost':
        return losingAnswer(effect);
      case 's3-written-twice':
        return doneTwice(effect);
      case 's3-late-effect':
        return losingAnswer(() => this.#later(effect));
      case 's3-upload-gone':
        return {
          effect: () => {
            this.#bucket.uploads.delete(uploadId ?? '');
            return effect();
          },
        };
      default:
        return {};
    }
  }

  /** The request is still on its way when its sender has long given up waiting for the answer. */
  #later(effect: () => unknown): void {
    this.#calls.loop.after(this.#chance.pick(LATE_EFFECTS_MS), () => {
      try {
        effect();
      } catch {
        // Whoever asked does not hear of it.
      }
      return false;
    });
  }

  #answer(operation: string, key: string, input: S3Input): unknown {
    const { Body: body = '', Metadata: metadata = {}, UploadId: uploadId = '', ChecksumCRC32: crc32 } = input;
    switch (operation) {
      case 'PutObject':
        return { ETag: this.#bucket.put(key, Buffer.from(body), metadata, conditionsOf(input), crc32).etag };
      case 'GetObject':
        return this.#get(key);
      case 'HeadObject':
        return this.#head(key);
      case 'ListObjectsV2':
        return this.#list(input);
      case 'CreateMultipartUpload':
        return { UploadId: this.#bucket.startUpload(key, metadata) };
      case 'UploadPart':
        return { ETag: this.#bucket.uploadPart(uploadId, input.PartNumber ?? 0, Buffer.from(body), crc32) };
      case 'CompleteMultipartUpload':
        return this.#complete(uploadId, input);
      case 'AbortMultipartUpload':
        this.#bucket.dropUpload(uploadId);
        return {};
      default:
        throw new Error(`The simulated S3 knows no ${operation}.`);
    }
  }

  #get(key: string): unknown {
    const { body, etag, metadata } = this.#bucket.get(key);
    const text = body.toString('utf8');
    return { ETag: etag, Metadata: metadata, Body: { transformToString: async () => text } };
  }

  /** The answer to HEAD has no body, so its error has no code of its own. */
  #head(key: string): unknown {
    const found = this.#bucket.objects.get(key);
    if (found === undefined) throw serviceError('NotFound', 404, 'UnknownError');
    const { body, etag, metadata, checksumCrc32 } = found;
    return {
      ContentLength: body.length,
      ETag: etag,
      Metadata: metadata,
      ChecksumCRC32: checksumCrc32,
      ChecksumType: 'FULL_OBJECT',
    };
  }

  /** Keys below a prefix; with a delimiter, those that have it further on count as one folder. */
  #list({ Prefix: prefix = '', StartAfter: startAfter, ContinuationToken: token, Delimiter: delimiter }: S3Input) {
    const folderOf = (key: string) => {
      const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? undefined : key.slice(0, end + 1);
    };
    const all = new Set(this.#bucket.keysBelow(prefix, startAfter).map((key) => folderOf(key) ?? key));
    const entries = [...all].filter((entry) => entry > (token ?? ''));
    const page = entries.slice(0, MAX_PAGE_KEYS);
    const more = entries.length > page.length;
    const keys = page.filter((entry) => folderOf(entry) === undefined);
    return {
      Contents: keys.map((key) => ({ Key: key, Size: this.#bucket.get(key).body.length })),
      CommonPrefixes: page.filter((entry) => folderOf(entry) !== undefined).map((folder) => ({ Prefix: folder })),
      KeyCount: page.length,
      IsTruncated: more,
      ...(more && { NextContinuationToken: page.at(-1) }),
    };
  }

  #complete(uploadId: string, input: S3Input): unknown {
    const claimed = { crc32: input.ChecksumCRC32, bytes: input.MpuObjectSize };
    const parts = input.MultipartUpload?.Parts ?? [];
    return { ETag: this.#bucket.completeUpload(uploadId, parts, conditionsOf(input), claimed).etag };
  }
}

function conditionalConflict(): Error {
  return serviceError('ConditionalRequestConflict', 409, 'A conflicting conditional operation is under way.');
}

function conditionsOf(input: S3Input): WriteConditions {
  return { ifNoneMatch: input.IfNoneMatch, ifMatch: input.IfMatch };
}

function siteKey(key: string, { PartNumber: part }: S3Input): string {
  return part === undefined ? key : `${key}#${part}`;
}
