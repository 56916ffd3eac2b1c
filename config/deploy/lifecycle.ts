import type { TargetConfig } from '../../shared/config/config.ts';
import { ABANDONED_UPLOAD_DAYS } from '../../shared/config/limits.ts';

/** One entry of `LifecycleConfiguration.Rules` of an `AWS::S3::Bucket`. */
export interface BucketRule {
  readonly Id: string;
  readonly Status: 'Enabled';
  /** Left out for the whole bucket. */
  readonly Prefix?: string;
  readonly AbortIncompleteMultipartUpload: { readonly DaysAfterInitiation: number };
}

/**
 * Days for which a version stays that was written over or deleted. What lands is never written over; the ledger's records
 * are, several times in each run, so that without an end their old versions would be paid for for good. A month is time
 * to take back a deletion that was a mistake, `landfall clean` with the wrong number among them.
 */
export const SUPERSEDED_VERSION_DAYS = 30;

export interface VersionsRule {
  readonly Id: string;
  readonly Status: 'Enabled';
  readonly Prefix?: string;
  readonly NoncurrentVersionExpiration: { readonly NoncurrentDays: number };
  /** Removes the marker of a deletion when no version is left behind it; listings pass over each of them. */
  readonly ExpiredObjectDeleteMarker: true;
}

/** What `aws s3api put-bucket-lifecycle-configuration` takes: the same rule, whose words are a little different there. */
export interface BucketLifecycle {
  readonly Rules: readonly {
    readonly ID: string;
    readonly Status: 'Enabled';
    readonly Filter: { readonly Prefix: string };
    readonly AbortIncompleteMultipartUpload: { readonly DaysAfterInitiation: number };
  }[];
}

const ID = 'landfall-abandoned-uploads';
const ABORT = { DaysAfterInitiation: ABANDONED_UPLOAD_DAYS } as const;

/**
 * The rule that removes what killed attempts leave behind: parts of uploads that nobody completes, which no listing
 * shows and which are paid for. It touches no object, and no upload outside the target's prefix.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-rule.html
 */
export function abandonedUploadsRule({ prefix }: Pick<TargetConfig, 'prefix'>): BucketRule {
  return {
    Id: ID,
    Status: 'Enabled',
    ...(prefix !== '' && { Prefix: prefix }),
    AbortIncompleteMultipartUpload: ABORT,
  };
}

/**
 * The same rule for a bucket that the stack does not own. S3 keeps one configuration for each bucket and replaces it
 * whole, so the rules that a bucket has already belong into the same list.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export function abandonedUploadsLifecycle({ prefix }: Pick<TargetConfig, 'prefix'>): BucketLifecycle {
  return {
    Rules: [{ ID, Status: 'Enabled', Filter: { Prefix: prefix }, AbortIncompleteMultipartUpload: ABORT }],
  };
}

/**
 * The rule that ends versions which nobody sees. It touches no object that a listing shows.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
export function supersededVersionsRule({ prefix }: Pick<TargetConfig, 'prefix'>): VersionsRule {
  return {
    Id: 'landfall-superseded-versions',
    Status: 'Enabled',
    ...(prefix !== '' && { Prefix: prefix }),
    NoncurrentVersionExpiration: { NoncurrentDays: SUPERSEDED_VERSION_DAYS },
    ExpiredObjectDeleteMarker: true,
  };
}
