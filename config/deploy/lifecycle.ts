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
