import { bucketArn } from '../arns.ts';
import type { StackContext } from '../stack-context.ts';
import type { Conditions, Grant } from './grant.ts';

/**
 * S3 lets a request create an object only when nothing stands at its key, or replace the very version that was read.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const CREATES: Conditions = { Null: { 's3:if-none-match': 'false' } };
const REPLACES: Conditions = { Null: { 's3:if-match': 'false' } };

/** Starting an upload and sending its parts: nothing is created before it completes. */
const CREATES_NOTHING: Conditions = { Bool: { 's3:ObjectCreationOperation': 'false' } };

const KEYS_ARE_MADE_LATER = 'Tables, runs and parts get their keys at run time.';

export function landParts(context: StackContext, patterns: readonly string[]): Grant[] {
  const about = { resources: objects(context, patterns), on: "the source's data files", wildcard: KEYS_ARE_MADE_LATER };
  return [
    {
      ...about,
      sid: 'LookUpParts',
      actions: ['s3:GetObject'],
      why: 'Asks S3 which attempt won a key, with which size and checksum (HEAD).',
    },
    {
      ...about,
      sid: 'CreateParts',
      actions: ['s3:PutObject'],
      conditions: CREATES,
      why: 'Lands files and _SUCCESS marks, only where nothing stands: data cannot be overwritten.',
    },
    {
      ...about,
      sid: 'UploadParts',
      actions: ['s3:PutObject'],
      conditions: CREATES_NOTHING,
      why: 'Starts multipart uploads and sends their parts, which nobody sees before they complete.',
    },
    {
      ...about,
      sid: 'AbortUploads',
      actions: ['s3:AbortMultipartUpload'],
      why: 'Gives back the parts of an upload that does not complete.',
    },
  ];
}

export function readRecords(context: StackContext, patterns: readonly string[], on: string, why: string): Grant {
  return {
    sid: 'ReadRecords',
    actions: ['s3:GetObject'],
    resources: objects(context, patterns),
    on,
    why,
    wildcard: KEYS_ARE_MADE_LATER,
  };
}

/** Records are written with a condition on what stands, so that of two writers one finds out. */
export function writeRecords(context: StackContext, patterns: readonly string[], on: string, why: string): Grant[] {
  const about = { actions: ['s3:PutObject'], resources: objects(context, patterns), on, wildcard: KEYS_ARE_MADE_LATER };
  return [
    { ...about, sid: 'CreateRecords', conditions: CREATES, why },
    {
      ...about,
      sid: 'ReplaceRecords',
      conditions: REPLACES,
      why: 'Moves a record on, only when it is still the version that was read.',
    },
  ];
}

/**
 * S3 answers 404 for a missing key only to who may list the bucket, else 403; the ledger and landing live by the 404. The
 * documentation leaves open which s3:prefix that check has, the key itself or none, so the condition binds requests that
 * have one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function listKeys({ config }: StackContext, patterns: readonly string[]): Grant {
  return {
    sid: 'ListKeys',
    actions: ['s3:ListBucket'],
    resources: [bucketArn(config.target.bucket)],
    conditions: { StringLikeIfExists: { 's3:prefix': patterns } },
    on: 'the bucket, below the same keys',
    why: 'Lists records, and is told of a missing key that it is missing (404) instead of forbidden (403).',
  };
}

export function objects({ config }: StackContext, patterns: readonly string[]): unknown[] {
  return patterns.map((pattern) => bucketArn(`${config.target.bucket}/${pattern}`));
}
