import type { Template } from '../stack-template.ts';
import {
  DEPLOYMENT_BUCKET,
  deniesWithoutTls,
  isCustomerKey,
  ofType,
  type Properties,
  type StackRule,
  statementsOf,
  statementsOn,
} from './template-parts.ts';

const BUCKET = 'AWS::S3::Bucket';
const POLICY = 'AWS::S3::BucketPolicy';

const ENCRYPTION = 's3:x-amz-server-side-encryption';

/** An extractor's longest invocation is far within one day. */
const MIN_ABORT_DAYS = 1;

const problemsOf =
  (says: string, isRight: (properties: Properties, id: string, template: Template) => boolean): StackRule =>
  (template) =>
    ofType(template, BUCKET).flatMap(([id, properties]) =>
      isRight(properties, id, template) ? [] : [`${id} ${says}`],
    );

export const bucketsBlockPublicAccess = problemsOf('may become public', ({ PublicAccessBlockConfiguration: block }) =>
  ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].every(
    (setting) => block?.[setting] === true,
  ),
);

export const bucketsHaveNoAccessLists = problemsOf(
  'has access lists',
  ({ OwnershipControls, AccessControl }) =>
    OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced' && AccessControl === undefined,
);

export const bucketsAreVersioned = problemsOf(
  'keeps no versions',
  ({ VersioningConfiguration }) => VersioningConfiguration?.Status === 'Enabled',
);

export const bucketsRefuseWithoutTls = problemsOf('takes calls without TLS', (_, id, template) =>
  deniesWithoutTls(statementsOn(template, POLICY, 'Bucket', id), 's3:*'),
);

/** Bundles are encrypted by S3's own key, what lands by the stack's. */
export const bucketsAreEncrypted = problemsOf(
  'is not encrypted as it should be',
  ({ BucketEncryption }, id, template) => {
    const [rule] = BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const { SSEAlgorithm, KMSMasterKeyID } = rule?.ServerSideEncryptionByDefault ?? {};
    if (id === DEPLOYMENT_BUCKET) return SSEAlgorithm === 'AES256';
    return SSEAlgorithm === 'aws:kms' && rule.BucketKeyEnabled === true && isCustomerKey(template, KMSMasterKeyID);
  },
);

/** Versions that were written over or deleted have an end. */
export const bucketsEndOldVersions = problemsOf('keeps old versions for ever', ({ LifecycleConfiguration }) =>
  enabledRules(LifecycleConfiguration).some((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays >= 1),
);

export const bucketsNeverExpireWhatLanded = problemsOf('expires objects', ({ LifecycleConfiguration }) =>
  enabledRules(LifecycleConfiguration).every((rule) => !('ExpirationInDays' in rule || 'ExpirationDate' in rule)),
);

/** Incomplete uploads end, and none of them while its invocation may still be at work. */
export const uploadsAreAborted = problemsOf('keeps abandoned uploads', ({ LifecycleConfiguration }, id) => {
  const days = enabledRules(LifecycleConfiguration).map(
    (rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  );
  return id === DEPLOYMENT_BUCKET || days.some((each) => each > MIN_ABORT_DAYS);
});

/**
 * Objects with another key than the bucket's, or with a client's own, are refused; those that ask for none are not. An
 * operator that negates holds for a header that is not there, so that each needs its `Null`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
 */
export const bucketRefusesOtherKeys = problemsOf('takes objects under other keys', (_, id, template) => {
  const conditions = statementsOn(template, POLICY, 'Bucket', id)
    .filter(({ Effect, Principal, Action }) => Effect === 'Deny' && Principal === '*' && Action === 's3:PutObject')
    .map(({ Condition }) => JSON.stringify(Condition));
  const refused = (start: string) => conditions.some((condition) => condition?.startsWith(start));
  const given = (header: string) => `{"Null":{"${header}":"false"}`;
  return (
    id === DEPLOYMENT_BUCKET ||
    (refused(`${given(ENCRYPTION)},"StringNotEquals":{"${ENCRYPTION}":"aws:kms"}}`) &&
      refused(`${given(`${ENCRYPTION}-aws-kms-key-id`)},"ArnNotEquals":{"${ENCRYPTION}-aws-kms-key-id":`) &&
      refused(`${given(`${ENCRYPTION}-customer-algorithm`)}}`))
  );
});

/** What a bucket allows is said by the roles; its policy only refuses. */
export const bucketPoliciesOnlyDeny: StackRule = (template) =>
  ofType(template, POLICY).flatMap(([id, { PolicyDocument }]) =>
    statementsOf(PolicyDocument).some(({ Effect }) => Effect !== 'Deny') ? [`${id} allows something`] : [],
  );

/** Logs of access go to a bucket that is named, and not to the bucket itself. */
export const accessIsLoggedWhereAsked = problemsOf('logs access to itself', ({ LoggingConfiguration, BucketName }) => {
  if (LoggingConfiguration === undefined) return true;
  const { DestinationBucketName: name } = LoggingConfiguration;
  return typeof name === 'string' && name !== BucketName;
});

/** Rows, and the key without which nobody can read them, outlive the stack. */
export const dataOutlivesTheStack: StackRule = ({ Resources }) =>
  Object.entries(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::KMS::Key' || (Type === BUCKET && id !== DEPLOYMENT_BUCKET))
    .filter(
      ([, { DeletionPolicy: deleted, UpdateReplacePolicy: replaced }]) => deleted !== 'Retain' || replaced !== 'Retain',
    )
    .map(([id]) => `${id} goes with the stack`);

export const keysRotate: StackRule = (template) =>
  ofType(template, 'AWS::KMS::Key')
    .filter(([, { EnableKeyRotation }]) => EnableKeyRotation !== true)
    .map(([id]) => `${id} does not rotate`);

/** Besides the account itself only services, and each of them for this account's purposes alone. */
export const keysAreUsedFromThisAccount: StackRule = (template) =>
  ofType(template, 'AWS::KMS::Key').flatMap(([id, { KeyPolicy }]) =>
    statementsOf(KeyPolicy).flatMap(({ Principal, Condition }) => {
      const principal = JSON.stringify(Principal);
      if (principal === '{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}') return [];
      const isOurs = principal.startsWith('{"Service":') && JSON.stringify(Condition ?? {}).includes('AWS::AccountId');
      return isOurs ? [] : [`${id} may be used by ${principal}`];
    }),
  );

function enabledRules(configuration: Properties | undefined): Properties[] {
  return ((configuration?.Rules ?? []) as Properties[]).filter(({ Status }) => Status === 'Enabled');
}
