import type { DeployConfigName } from '../../support/deploy-configs.ts';
import type { StackRuleName } from '../../support/stack-rules.ts';
import type { TemplateResource } from '../../support/stack-template.ts';

/** A mistake in a template, and what the rule that is there for it says. */
export interface PlantedMistake {
  readonly rule: StackRuleName;
  readonly says: string;
  /** `plain` when left out. */
  readonly config?: DeployConfigName;
  readonly plant: (resources: Record<string, TemplateResource>) => void;
}

const EXTRACTOR = 'ExtractorShopLambdaFunction';
const ROLE = 'ExtractorShopRole';

/** Sets a property, named by its path, or takes it away. */
function set(id: string, path: string, value?: unknown): PlantedMistake['plant'] {
  return (resources) => {
    const steps = path.split('.');
    const last = steps.pop()!;
    let at = resources[id]!.Properties;
    for (const step of steps) at = at[step];
    if (value === undefined) delete at[last];
    else at[last] = value;
  };
}

function grant(Action: string | string[], Resource: unknown): PlantedMistake['plant'] {
  return (resources) => {
    resources[ROLE]!.Properties.Policies[0].PolicyDocument.Statement.push({ Effect: 'Allow', Action, Resource });
  };
}

const remove =
  (id: string): PlantedMistake['plant'] =>
  (resources) => {
    delete resources[id];
  };

const QUEUES: readonly PlantedMistake[] = [
  {
    rule: 'queuesAreEncrypted',
    says: 'QueueShop is not encrypted by the key',
    plant: set('QueueShop', 'KmsMasterKeyId'),
  },
  {
    rule: 'queuesAreEncrypted',
    says: 'DeadLetterQueueShop is not encrypted by the key',
    plant: set('DeadLetterQueueShop', 'KmsMasterKeyId', 'alias/aws/sqs'),
  },
  { rule: 'queuesRefuseWithoutTls', says: 'QueueShop takes calls without TLS', plant: remove('QueueShopPolicy') },
  {
    rule: 'queuesRefuseWithoutTls',
    says: 'ScheduleDeadLetterQueue takes calls without TLS',
    plant: set('ScheduleDeadLetterQueuePolicy', 'PolicyDocument.Statement.0.Effect', 'Allow'),
  },
  {
    rule: 'queuesRetain',
    says: 'DeadLetterQueueShop keeps messages for 345600 s instead of 14 days',
    plant: set('DeadLetterQueueShop', 'MessageRetentionPeriod', 345_600),
  },
  {
    rule: 'queuesRedrive',
    says: 'DeadLetterQueueShop takes dead letters of allowAll ',
    plant: set('DeadLetterQueueShop', 'RedriveAllowPolicy', { redrivePermission: 'allowAll' }),
  },
  {
    rule: 'queuesRedrive',
    says: 'DeadLetterQueueShop takes dead letters of byQueue landfall-prod-other',
    plant: set('DeadLetterQueueShop', 'RedriveAllowPolicy.sourceQueueArns', [
      { 'Fn::Sub': 'arn:x:landfall-prod-other' },
    ]),
  },
  {
    rule: 'queuesHideLongEnough',
    says: 'MappingShop hides messages for 900 s, with a time-out of 900 s',
    plant: set('QueueShop', 'VisibilityTimeout', 900),
  },
];

const FUNCTIONS: readonly PlantedMistake[] = [
  {
    rule: 'functionsRunOnArm',
    says: `${EXTRACTOR} runs on nodejs20.x and arm64`,
    plant: set(EXTRACTOR, 'Runtime', 'nodejs20.x'),
  },
  {
    rule: 'functionsRunOnArm',
    says: 'WatchdogLambdaFunction runs on nodejs24.x and undefined',
    plant: set('WatchdogLambdaFunction', 'Architectures'),
  },
  {
    rule: 'extractorsMayLoop',
    says: `${EXTRACTOR} has RecursiveLoop undefined`,
    plant: set(EXTRACTOR, 'RecursiveLoop'),
  },
  {
    rule: 'extractorsMayLoop',
    says: 'SchedulerLambdaFunction has RecursiveLoop Allow',
    plant: set('SchedulerLambdaFunction', 'RecursiveLoop', 'Allow'),
  },
  {
    rule: 'mappingsReportEachMessage',
    says: 'MappingShop takes more than one message, or does not report each',
    plant: set('MappingShop', 'FunctionResponseTypes'),
  },
  {
    rule: 'mappingsReportEachMessage',
    says: 'MappingShop takes more than one message, or does not report each',
    plant: set('MappingShop', 'BatchSize', 10),
  },
  {
    rule: 'concurrencyIsLimited',
    says: 'MappingShop is limited to undefined',
    plant: set('MappingShop', 'ScalingConfig'),
  },
  {
    rule: 'concurrencyIsLimited',
    says: 'MappingShop starts 8, its function has room for 7',
    plant: set(EXTRACTOR, 'ReservedConcurrentExecutions', 7),
  },
  {
    rule: 'concurrencyIsLimited',
    says: 'MappingShop starts 8, its function has room for undefined',
    plant: set(EXTRACTOR, 'ReservedConcurrentExecutions'),
  },
  {
    rule: 'logsAreKeptEncrypted',
    says: `${EXTRACTOR} has logs for ever, in the clear or not in JSON`,
    plant: set('ExtractorShopLogGroup', 'RetentionInDays'),
  },
  {
    rule: 'logsAreKeptEncrypted',
    says: `${EXTRACTOR} has logs for ever, in the clear or not in JSON`,
    plant: set('ExtractorShopLogGroup', 'KmsKeyId'),
  },
  { rule: 'logsAreKeptEncrypted', says: `${EXTRACTOR} has no log group`, plant: remove('ExtractorShopLogGroup') },
  {
    rule: 'functionsHaveRolesOfTheirOwn',
    says: `${EXTRACTOR} has the role of WatchdogLambdaFunction`,
    plant: set(EXTRACTOR, 'Role', { 'Fn::GetAtt': ['WatchdogRole', 'Arn'] }),
  },
  {
    rule: 'functionsAreNotPublic',
    says: 'Door opens a function by AWS::Lambda::Url',
    plant: (resources) => {
      resources.Door = { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE' } };
    },
  },
  {
    rule: 'functionsHaveNoVersions',
    says: 'OldCode keeps old code',
    plant: (resources) => {
      resources.OldCode = { Type: 'AWS::Lambda::Version', Properties: {} };
    },
  },
  {
    rule: 'environmentsFit',
    says: `${EXTRACTOR} has an environment without the key`,
    plant: set(EXTRACTOR, 'KmsKeyArn'),
  },
  {
    rule: 'environmentsFit',
    says: 'SchedulerLambdaFunction has an environment of 5000 bytes',
    plant: set('SchedulerLambdaFunction', 'Environment.Variables', { LONG: 'x'.repeat(4_996) }),
  },
  {
    rule: 'onlyExtractorsAreInTheVpc',
    says: 'WatchdogLambdaFunction is inside the VPC',
    config: 'logged',
    plant: set('WatchdogLambdaFunction', 'VpcConfig', { SubnetIds: [] }),
  },
];

const SCHEDULES: readonly PlantedMistake[] = [
  {
    rule: 'schedulesHaveTimeZonesAndWindows',
    says: 'ScheduleShop has no time zone',
    plant: set('ScheduleShop', 'ScheduleExpressionTimezone'),
  },
  {
    rule: 'schedulesHaveTimeZonesAndWindows',
    says: 'ScheduleShop has no small window',
    plant: set('ScheduleShop', 'FlexibleTimeWindow.MaximumWindowInMinutes', 600),
  },
  { rule: 'schedulesKeepWhatFails', says: 'ScheduleShop has no role', plant: set('ScheduleShop', 'Target.RoleArn') },
  {
    rule: 'schedulesKeepWhatFails',
    says: 'WatchdogSchedule has no dead-letter queue',
    plant: set('WatchdogSchedule', 'Target.DeadLetterConfig'),
  },
  {
    rule: 'schedulesKeepWhatFails',
    says: 'ScheduleShop is not tried again within bounds',
    plant: set('ScheduleShop', 'Target.RetryPolicy'),
  },
  {
    rule: 'failedCallsAreKept',
    says: 'ScheduleShop calls a function whose failures nobody keeps',
    plant: remove('SchedulerLambdaFunctionCalls'),
  },
  {
    rule: 'failedCallsAreKept',
    says: 'WatchdogSchedule calls a function that may not keep its failures',
    plant: set('WatchdogRole', 'Policies', []),
  },
  {
    rule: 'schedulesSayWhatIsDue',
    says: 'ScheduleShop sends {"source":"shop"}',
    plant: set('ScheduleShop', 'Target.Input', '{"source":"shop"}'),
  },
];

const STORAGE: readonly PlantedMistake[] = [
  {
    rule: 'bucketsBlockPublicAccess',
    says: 'Bucket may become public',
    plant: set('Bucket', 'PublicAccessBlockConfiguration.BlockPublicPolicy', false),
  },
  {
    rule: 'bucketsHaveNoAccessLists',
    says: 'Bucket has access lists',
    plant: set('Bucket', 'AccessControl', 'Private'),
  },
  { rule: 'bucketsAreVersioned', says: 'Bucket keeps no versions', plant: set('Bucket', 'VersioningConfiguration') },
  { rule: 'bucketsRefuseWithoutTls', says: 'Bucket takes calls without TLS', plant: remove('BucketPolicy') },
  {
    rule: 'bucketsAreEncrypted',
    says: 'Bucket is not encrypted as it should be',
    plant: set('Bucket', 'BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled', false),
  },
  {
    rule: 'bucketsEndOldVersions',
    says: 'Bucket keeps old versions for ever',
    plant: set('Bucket', 'LifecycleConfiguration.Rules.1.Status', 'Disabled'),
  },
  {
    rule: 'bucketsNeverExpireWhatLanded',
    says: 'Bucket expires objects',
    plant: set('Bucket', 'LifecycleConfiguration.Rules.1.ExpirationInDays', 30),
  },
  {
    rule: 'uploadsAreAborted',
    says: 'Bucket keeps abandoned uploads',
    plant: set('Bucket', 'LifecycleConfiguration.Rules.0.AbortIncompleteMultipartUpload.DaysAfterInitiation', 1),
  },
  {
    rule: 'bucketRefusesOtherKeys',
    says: 'Bucket takes objects under other keys',
    plant: set('BucketPolicy', 'PolicyDocument.Statement.1.Condition.Null'),
  },
  {
    rule: 'bucketPoliciesOnlyDeny',
    says: 'BucketPolicy allows something',
    plant: set('BucketPolicy', 'PolicyDocument.Statement.0.Effect', 'Allow'),
  },
  {
    rule: 'accessIsLoggedWhereAsked',
    says: 'Bucket logs access to itself',
    config: 'logged',
    plant: set('Bucket', 'LoggingConfiguration.DestinationBucketName', 'acme.lake'),
  },
  {
    rule: 'dataOutlivesTheStack',
    says: 'Key goes with the stack',
    plant: (resources) => {
      resources.Key!.DeletionPolicy = 'Delete';
    },
  },
  { rule: 'keysRotate', says: 'Key does not rotate', plant: set('Key', 'EnableKeyRotation', false) },
  {
    rule: 'keysAreUsedFromThisAccount',
    says: 'Key may be used by {"Service":"cloudwatch.amazonaws.com"}',
    plant: set('Key', 'KeyPolicy.Statement.2.Condition'),
  },
  {
    rule: 'keysAreUsedFromThisAccount',
    says: 'Key may be used by {"AWS":"*"}',
    plant: set('Key', 'KeyPolicy.Statement.0.Principal', { AWS: '*' }),
  },
];

const ACCESS: readonly PlantedMistake[] = [
  {
    rule: 'topicsAreEncrypted',
    says: 'AlertTopic is not encrypted by the key',
    plant: set('AlertTopic', 'KmsMasterKeyId'),
  },
  {
    rule: 'topicsRefuseWithoutTls',
    says: 'AlertTopic takes calls without TLS',
    plant: set('AlertTopicPolicy', 'PolicyDocument.Statement.2.Condition.Bool'),
  },
  {
    rule: 'topicsTakeFromThisAccount',
    says: 'AlertTopic allows sns:Publish to {"AWS":"arn:aws:iam::210987654321:root"}',
    plant: set('AlertTopicPolicy', 'PolicyDocument.Statement.0.Principal.AWS', 'arn:aws:iam::210987654321:root'),
  },
  {
    rule: 'topicsTakeFromThisAccount',
    says: 'AlertTopic allows sns:Publish to {"Service":"cloudwatch.amazonaws.com"}',
    plant: set('AlertTopicPolicy', 'PolicyDocument.Statement.1.Condition'),
  },
  {
    rule: 'nothingIsPublic',
    says: 'QueueShopPolicy allows sqs:* to everybody',
    plant: set('QueueShopPolicy', 'PolicyDocument.Statement.0.Effect', 'Allow'),
  },
  {
    rule: 'endpointsServeThisAccount',
    says: 'EndpointS3 lets other accounts through',
    config: 'everything',
    plant: set('EndpointS3', 'PolicyDocument.Statement.0.Condition'),
  },
  {
    rule: 'endpointsServeThisAccount',
    says: 'EndpointGroup is wide open',
    config: 'everything',
    plant: set('EndpointGroup', 'SecurityGroupEgress'),
  },
  { rule: 'rolesNameActions', says: `${ROLE} may s3:*`, plant: grant('s3:*', 'arn:aws:s3:::acme-lake/*') },
  {
    rule: 'rolesNameActions',
    says: `${ROLE} may s3:DeleteObject`,
    plant: grant(['s3:DeleteObject'], 'arn:aws:s3:::acme-lake/*'),
  },
  { rule: 'rolesNameResources', says: `${ROLE} may kms:Decrypt on everything`, plant: grant('kms:Decrypt', '*') },
  {
    rule: 'rolesAreWrittenHere',
    says: `${ROLE} has a managed policy`,
    plant: set(ROLE, 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AmazonS3FullAccess']),
  },
  {
    rule: 'alarmsReachSomebody',
    says: 'Bell tells nobody',
    plant: (resources) => {
      resources.Bell = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [] } };
    },
  },
];

export const MISTAKES: readonly PlantedMistake[] = [...QUEUES, ...FUNCTIONS, ...SCHEDULES, ...STORAGE, ...ACCESS];
