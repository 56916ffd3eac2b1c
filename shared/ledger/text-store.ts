import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandingError } from '../core/errors.ts';
import { ledgerFailure } from './ledger-failure.ts';

/** What an object is to hold. */
export interface NewText {
  readonly text: string;
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface StoredText {
  readonly text: string;
  readonly etag: string;
  /** Tells who wrote it; empty when it was not written by a TextStore. */
  readonly writeId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is to replace an object; undefined when nothing is. */
export type TextChange = (standing: StoredText | undefined) => Promise<NewText | undefined> | NewText | undefined;

const WRITE_METADATA = 'landfall-write';

/** Waits before try `attempt + 1`. */
export type Pause = (attempt: number) => Promise<void>;

export const noPause: Pause = async () => undefined;

/** S3 answers 409 when two conditional writes of one key meet; the loser looks and tries again. */
const MAX_CREATE_TRIES = 3;

/** Replacements of one object that are tried when others write it at the same time. */
const MAX_REPLACE_TRIES = 8;

/** Small texts in one bucket, written with conditions so that two writers cannot both succeed. */
export class TextStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #pause: Pause;

  constructor(client: S3Client, bucket: string, pause: Pause = noPause) {
    this.#pause = pause;
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(key: string): Promise<StoredText | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const text = (await answer.Body?.transformToString('utf8')) ?? '';
      const metadata = answer.Metadata ?? {};
      return { text, etag: answer.ETag ?? '', writeId: metadata[WRITE_METADATA] ?? '', metadata };
    } catch (thrown) {
      if (awsFailure(thrown).name === 'NoSuchKey') return undefined;
      throw ledgerFailure(thrown, `Reading ${key}`, this.#bucket);
    }
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return true;
    } catch (thrown) {
      if (awsFailureKind(awsFailure(thrown)) === 'missing') return false;
      throw ledgerFailure(thrown, `Looking up ${key}`, this.#bucket);
    }
  }

  /**
   * Writes an object unless one stands; returns the text that stands then. When the answer to our own write was lost,
   * the standing object bears our id and counts as created.
   */
  async create(key: string, content: NewText): Promise<{ readonly created: boolean; readonly text: string }> {
    const writeId = randomUUID();
    for (let attempt = 0; attempt < MAX_CREATE_TRIES; attempt += 1) {
      if (attempt > 0) await this.#pause(attempt);
      const etag = await this.#put(key, content, writeId, { IfNoneMatch: '*' });
      if (etag !== undefined) return { created: true, text: content.text };
      const standing = await this.read(key);
      if (standing !== undefined) return { created: standing.writeId === writeId, text: standing.text };
    }
    throw new LandingError(
      'LEDGER_CONFLICT',
      `${key} was refused as existing ${MAX_CREATE_TRIES} times, yet is not there.`,
    );
  }

  /**
   * Replaces the version that was read, or writes the first one when `etag` is undefined; gives the new version's ETag.
   * Undefined when somebody else wrote first. When the answer to our own write was lost, the standing object bears our
   * id and counts as written.
   */
  async write(key: string, content: NewText, etag: string | undefined): Promise<string | undefined> {
    const writeId = randomUUID();
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    const written = await this.#put(key, content, writeId, condition);
    if (written !== undefined) return written;
    const standing = await this.read(key);
    return standing?.writeId === writeId ? standing.etag : undefined;
  }

  /**
   * Replaces an object by what `change` makes of it, which is asked again whenever somebody else wrote first. False when
   * there was nothing to write.
   */
  async update(key: string, change: TextChange): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_REPLACE_TRIES; attempt += 1) {
      if (attempt > 0) await this.#pause(attempt);
      const standing = await this.read(key);
      const next = await change(standing);
      if (next === undefined) return false;
      if ((await this.write(key, next, standing?.etag)) !== undefined) return true;
    }
    throw new LandingError('LEDGER_CONTENDED', `${key} was changed by others ${MAX_REPLACE_TRIES} times in a row.`);
  }

  /** Every key below the prefix, or those that were written since a time, as the store's clock has it. */
  async list(prefix: string, sinceMs = Number.NEGATIVE_INFINITY): Promise<string[]> {
    const pages = await this.#pages(prefix, undefined);
    return pages.flatMap(({ Contents = [] }) =>
      Contents.flatMap(({ Key: key, LastModified: writtenAt }) =>
        key === undefined || (writtenAt !== undefined && writtenAt.getTime() < sinceMs) ? [] : key,
      ),
    );
  }

  /** Names of the folders right below the prefix, which ends with a slash. */
  async listFolders(prefix: string): Promise<string[]> {
    const pages = await this.#pages(prefix, '/');
    const folders = pages.flatMap(({ CommonPrefixes = [] }) =>
      CommonPrefixes.flatMap(({ Prefix: folder }) => folder ?? []),
    );
    return folders.map((folder) => folder.slice(prefix.length, -1));
  }

  async #pages(prefix: string, delimiter: string | undefined): Promise<ListObjectsV2CommandOutput[]> {
    const found: ListObjectsV2CommandOutput[] = [];
    try {
      const pages: AsyncIterable<ListObjectsV2CommandOutput> = paginateListObjectsV2(
        { client: this.#client },
        { Bucket: this.#bucket, Prefix: prefix, ...(delimiter !== undefined && { Delimiter: delimiter }) },
      );
      for await (const page of pages) found.push(page);
    } catch (thrown) {
      throw ledgerFailure(thrown, `Listing ${prefix}`, this.#bucket);
    }
    return found;
  }

  /**
   * The new version's ETag; undefined when the condition does not hold. No answer says nothing of the write itself: what
   * stands at the key does.
   */
  async #put(
    key: string,
    { text, contentType, metadata }: NewText,
    writeId: string,
    condition: { IfMatch?: string; IfNoneMatch?: string },
  ): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: text,
          // Left out, an empty text counts as a stream of unknown length.
          ContentLength: Buffer.byteLength(text),
          ContentType: contentType,
          Metadata: { ...metadata, [WRITE_METADATA]: writeId },
          ...condition,
        }),
      );
      return answer.ETag ?? '';
    } catch (thrown) {
      const kind = awsFailureKind(awsFailure(thrown));
      if (kind === 'precondition' || kind === 'conflict') return undefined;
      const own = kind === 'unavailable' ? await this.#ownWrite(key, writeId) : undefined;
      if (own !== undefined) return own.etag;
      throw ledgerFailure(thrown, `Writing ${key}`, this.#bucket);
    }
  }

  /** What stands at the key when we wrote it; undefined also when that cannot be found out. */
  async #ownWrite(key: string, writeId: string): Promise<StoredText | undefined> {
    const standing = await this.read(key).catch(() => undefined);
    return standing?.writeId === writeId ? standing : undefined;
  }
}
