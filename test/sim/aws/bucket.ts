import { crc32 } from 'node:zlib';
import { serviceError } from './service-error.ts';

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Base64, as S3 writes it. */
  readonly checksumCrc32: string;
}

export interface WriteConditions {
  readonly ifNoneMatch?: string | undefined;
  readonly ifMatch?: string | undefined;
}

interface UploadedPart {
  readonly body: Buffer;
  readonly etag: string;
}

interface Upload {
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, UploadedPart>;
}

/** Told of every object that becomes visible, with the one that stood at its key before. */
export type OnWrite = (key: string, object: StoredObject, replaced: StoredObject | undefined) => void;

/**
 * The objects of one bucket with S3's consistency: every write is there at once, conditions are checked at the moment
 * of the write, an upload shows nothing until it completes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  readonly #onWrite: OnWrite;
  #count = 0;

  constructor(onWrite: OnWrite) {
    this.#onWrite = onWrite;
  }

  put(
    key: string,
    body: Buffer,
    metadata: Readonly<Record<string, string>>,
    conditions: WriteConditions,
    claimedCrc32: string | undefined,
  ): StoredObject {
    this.#check(key, conditions);
    const checksumCrc32 = crc32Text(body);
    if (claimedCrc32 !== undefined && claimedCrc32 !== checksumCrc32) throw badDigest(key);
    return this.#write(key, { body, metadata, checksumCrc32, etag: this.#newEtag() });
  }

  get(key: string): StoredObject {
    const found = this.objects.get(key);
    if (found === undefined) throw serviceError('NoSuchKey', 404, 'The specified key does not exist.');
    return found;
  }

  startUpload(key: string, metadata: Readonly<Record<string, string>>): string {
    const uploadId = `upload-${++this.#count}`;
    this.uploads.set(uploadId, { key, metadata, parts: new Map() });
    return uploadId;
  }

  uploadPart(uploadId: string, partNumber: number, body: Buffer, claimedCrc32: string | undefined): string {
    const upload = this.#upload(uploadId);
    if (claimedCrc32 !== undefined && claimedCrc32 !== crc32Text(body)) throw badDigest(upload.key);
    const etag = this.#newEtag();
    upload.parts.set(partNumber, { body, etag });
    return etag;
  }

  completeUpload(
    uploadId: string,
    listed: readonly { readonly PartNumber?: number; readonly ETag?: string }[],
    conditions: WriteConditions,
    claimed: { readonly crc32: string | undefined; readonly bytes: number | undefined },
  ): StoredObject {
    const upload = this.#upload(uploadId);
    this.#check(upload.key, conditions);
    const bodies = listed.map(({ PartNumber: number = 0, ETag: etag }, index) => {
      const part = upload.parts.get(number);
      if (part === undefined || part.etag !== etag || number !== index + 1) {
        throw serviceError('InvalidPart', 400, `Part ${number} of the upload is not there or differs.`);
      }
      return part.body;
    });
    const body = Buffer.concat(bodies);
    const checksumCrc32 = crc32Text(body);
    if (claimed.crc32 !== undefined && claimed.crc32 !== checksumCrc32) throw badDigest(upload.key);
    if (claimed.bytes !== undefined && claimed.bytes !== body.length) {
      throw serviceError('InvalidRequest', 400, 'The size of the object differs from the one that was sent.');
    }
    this.uploads.delete(uploadId);
    return this.#write(upload.key, { body, metadata: upload.metadata, checksumCrc32, etag: this.#newEtag() });
  }

  dropUpload(uploadId: string): void {
    this.#upload(uploadId);
    this.uploads.delete(uploadId);
  }

  /** Keys below the prefix and behind `after`, in S3's order of UTF-8 bytes. */
  keysBelow(prefix: string, after = ''): string[] {
    const below = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    return below.sort();
  }

  #check(key: string, { ifNoneMatch, ifMatch }: WriteConditions): void {
    const standing = this.objects.get(key);
    if (ifMatch !== undefined && standing === undefined) {
      throw serviceError('NoSuchKey', 404, 'The specified key does not exist.');
    }
    const refused =
      (ifNoneMatch === '*' && standing !== undefined) || (ifMatch !== undefined && standing?.etag !== ifMatch);
    if (refused) throw serviceError('PreconditionFailed', 412, 'At least one of the pre-conditions did not hold.');
  }

  #upload(uploadId: string): Upload {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) throw serviceError('NoSuchUpload', 404, 'The specified upload does not exist.');
    return upload;
  }

  #write(key: string, object: StoredObject): StoredObject {
    const replaced = this.objects.get(key);
    this.objects.set(key, object);
    this.#onWrite(key, object, replaced);
    return object;
  }

  #newEtag(): string {
    return `"etag-${++this.#count}"`;
  }
}

function badDigest(key: string): Error {
  return serviceError('BadDigest', 400, `The checksum of ${key} differs from the one that was sent.`);
}

function crc32Text(body: Buffer): string {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(crc32(body));
  return word.toString('base64');
}
