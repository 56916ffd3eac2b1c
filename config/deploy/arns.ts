/** A value that CloudFormation fills in. */
export interface Substitution {
  readonly 'Fn::Sub': string;
}

/** An ARN of this account and region, such as `arnOf('sqs', 'landfall-prod-shop')`, where a GetAtt would go round in a circle. */
export function arnOf(service: string, resource: string): Substitution {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}` };
}

/** The bucket, or with `/*` what is in it; the names of buckets know no account and no region. */
export function bucketArn(bucket: string): Substitution {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}` };
}

/** The ARN that stands in policies for whoever this account trusts by its own IAM policies. */
export const ACCOUNT_ROOT: Substitution = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' };

/** The number of this account. */
export const ACCOUNT_ID = { Ref: 'AWS::AccountId' } as const;
