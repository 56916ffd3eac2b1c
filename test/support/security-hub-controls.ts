import type { StackRuleName } from './stack-rules.ts';

/** A control of AWS Security Hub, and what answers it. */
export interface SecurityHubControl {
  readonly id: string;
  /** What it asks for, in words of our own. */
  readonly asks: string;
  /** Rules of test/support/stack-rules.ts that hold it; empty when it does not apply to what a stack makes, or is not met. */
  readonly rules: readonly StackRuleName[];
  /** Why there are no rules, or what is to be known besides them. */
  readonly note?: string;
}

const SECRETS = 'The stack makes no secrets: it reads those that their owners keep.';
const ACCOUNT = 'Of the account, not of a stack.';
const TAGS =
  'Put on everything by the `application` tag of the stack and by `deploy.tags`; CloudFormation passes them on.';

/**
 * The controls of the services that a stack uses. Those of users, passwords and access keys (IAM.2 to IAM.20, IAM.22 to
 * IAM.28) and of the account's trail (CloudWatch.1 to CloudWatch.14) have nothing of a stack to look at.
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html
 */
export const SECURITY_HUB_CONTROLS: readonly SecurityHubControl[] = [
  { id: 'S3.1', asks: 'public access to S3 is blocked for the account', rules: [], note: ACCOUNT },
  { id: 'S3.2', asks: 'nobody reads a bucket from everywhere', rules: ['bucketsBlockPublicAccess', 'nothingIsPublic'] },
  {
    id: 'S3.3',
    asks: 'nobody writes a bucket from everywhere',
    rules: ['bucketsBlockPublicAccess', 'nothingIsPublic'],
  },
  { id: 'S3.5', asks: 'requests without TLS are refused', rules: ['bucketsRefuseWithoutTls'] },
  { id: 'S3.6', asks: "policies leave a bucket's settings to its own account", rules: ['bucketPoliciesOnlyDeny'] },
  {
    id: 'S3.7',
    asks: 'objects are copied to another region',
    rules: [],
    note: 'Not made: what is lost with a region lands again from its database. Add a replication where that is too little.',
  },
  { id: 'S3.8', asks: 'public access is blocked for each bucket', rules: ['bucketsBlockPublicAccess'] },
  {
    id: 'S3.9',
    asks: 'access to a bucket is logged',
    rules: ['accessIsLoggedWhereAsked'],
    note: 'With `deploy.access_logs` only, as the logs need a bucket of their own. The bucket of bundles has none.',
  },
  { id: 'S3.10', asks: 'versioned buckets have lifecycle rules', rules: ['bucketsEndOldVersions'] },
  {
    id: 'S3.11',
    asks: 'a bucket announces its events',
    rules: [],
    note: 'Not made: manifests and `_SUCCESS` tell readers what has landed. Yours to add for a reader that wants events.',
  },
  { id: 'S3.12', asks: 'access lists are not used', rules: ['bucketsHaveNoAccessLists'] },
  { id: 'S3.13', asks: 'buckets have lifecycle rules', rules: ['bucketsEndOldVersions', 'uploadsAreAborted'] },
  { id: 'S3.14', asks: 'buckets keep versions', rules: ['bucketsAreVersioned'] },
  {
    id: 'S3.15',
    asks: 'objects are locked against deletion',
    rules: [],
    note: 'Not made: a lock would refuse `landfall clean` and the retention rules of privacy laws. No role may delete what landed.',
  },
  {
    id: 'S3.17',
    asks: 'objects are encrypted by a key of KMS',
    rules: ['bucketsAreEncrypted', 'bucketRefusesOtherKeys'],
    note: "The bucket of bundles has S3's own key.",
  },
  { id: 'S3.19', asks: 'access points block public access', rules: [], note: 'The stack makes none.' },
  {
    id: 'S3.20',
    asks: 'deleting a version needs a second factor',
    rules: [],
    note: 'S3 does not allow it together with lifecycle rules.',
  },
  { id: 'S3.22', asks: 'writes of objects are in the trail', rules: [], note: ACCOUNT },
  { id: 'S3.23', asks: 'reads of objects are in the trail', rules: [], note: ACCOUNT },
  { id: 'SQS.1', asks: 'queues are encrypted at rest', rules: ['queuesAreEncrypted'] },
  { id: 'SQS.2', asks: 'queues have tags', rules: [], note: TAGS },
  { id: 'SQS.3', asks: 'policies of queues are not public', rules: ['nothingIsPublic'] },
  { id: 'SNS.1', asks: 'topics are encrypted by a key of KMS', rules: ['topicsAreEncrypted'] },
  { id: 'SNS.3', asks: 'topics have tags', rules: [], note: TAGS },
  { id: 'SNS.4', asks: 'policies of topics are not public', rules: ['nothingIsPublic', 'topicsTakeFromThisAccount'] },
  { id: 'Lambda.1', asks: 'functions are not public', rules: ['functionsAreNotPublic'] },
  { id: 'Lambda.2', asks: 'runtimes are supported ones', rules: ['functionsRunOnArm'] },
  {
    id: 'Lambda.3',
    asks: 'functions are in a VPC',
    rules: ['onlyExtractorsAreInTheVpc'],
    note: 'Extractors are with `deploy.vpc`. The others reach AWS alone, and would only need a way out of it.',
  },
  {
    id: 'Lambda.5',
    asks: 'functions in a VPC run in several zones',
    rules: [],
    note: 'With two or more subnets of different zones in `deploy.vpc`; the template does not know where a subnet lies.',
  },
  { id: 'Lambda.6', asks: 'functions have tags', rules: [], note: TAGS },
  {
    id: 'Lambda.7',
    asks: 'functions send traces to X-Ray',
    rules: [],
    note: 'Not made: every message has its run, table and attempt in the logs, and traces would be paid for again.',
  },
  { id: 'SecretsManager.1', asks: 'secrets rotate', rules: [], note: `${SECRETS} A rotated one is read afresh.` },
  { id: 'SecretsManager.2', asks: 'rotations succeed', rules: [], note: SECRETS },
  { id: 'SecretsManager.3', asks: 'unused secrets are removed', rules: [], note: SECRETS },
  { id: 'SecretsManager.4', asks: 'secrets rotate within days', rules: [], note: SECRETS },
  { id: 'SecretsManager.5', asks: 'secrets have tags', rules: [], note: SECRETS },
  { id: 'KMS.1', asks: 'managed policies do not decrypt with every key', rules: ['rolesAreWrittenHere'] },
  { id: 'KMS.2', asks: 'inline policies do not decrypt with every key', rules: ['rolesNameResources'] },
  { id: 'KMS.3', asks: 'keys are not deleted by mistake', rules: ['dataOutlivesTheStack'] },
  { id: 'KMS.4', asks: 'keys rotate', rules: ['keysRotate'] },
  { id: 'KMS.5', asks: 'keys are not public', rules: ['keysAreUsedFromThisAccount'] },
  { id: 'IAM.1', asks: 'no policy allows everything', rules: ['rolesNameActions', 'rolesNameResources'] },
  {
    id: 'IAM.21',
    asks: 'no managed policy allows all of a service',
    rules: ['rolesNameActions', 'rolesAreWrittenHere'],
  },
  { id: 'CloudWatch.15', asks: 'alarms do something when they go off', rules: ['alarmsReachSomebody'] },
  {
    id: 'CloudWatch.16',
    asks: 'logs are kept for a year',
    rules: ['logsAreKeptEncrypted'],
    note: 'With `deploy.log_retention_days: 365`; 90 days are the default.',
  },
  { id: 'CloudWatch.17', asks: 'actions of alarms are on', rules: ['alarmsReachSomebody'] },
];
