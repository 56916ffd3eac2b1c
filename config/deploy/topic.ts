import { nameDigest } from '../../shared/config/resource-names.ts';
import { ACCOUNT_ID, ACCOUNT_ROOT, arnOf } from './arns.ts';
import { denyWithoutTls, policyDocument } from './policy.ts';
import { IDS, type Resources, type StackContext } from './stack-context.ts';

const TOPIC_ARN = { Ref: IDS.topic };

/** The topic of `alerts.emails` and its subscribers; nothing when there are no alerts, or a topic of their own. */
export function topicResources(context: StackContext): Resources {
  const { alerts } = context.config;
  if (alerts === undefined || alerts.topic !== undefined) return {};
  return {
    [IDS.topic]: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: context.topicName,
        // Stands as the sender's name in the emails.
        DisplayName: `Landfall ${context.stage}`.slice(0, DISPLAY_NAME_MAX),
        KmsMasterKeyId: context.keyArn,
      },
    },
    [`${IDS.topic}Policy`]: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [TOPIC_ARN], PolicyDocument: publishersOfThisAccount() },
    },
    ...Object.assign({}, ...alerts.emails.map(subscription)),
  };
}

const DIGEST_CHARACTERS = 12;

/** SNS allows 100 characters. */
const DISPLAY_NAME_MAX = 100;

/** A resource for each address, so that one that is added or taken away leaves the others as they are. */
function subscription(email: string): Resources {
  const digest = nameDigest(email.toLowerCase(), DIGEST_CHARACTERS).toUpperCase();
  return {
    [`${IDS.topic}Email${digest}`]: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: TOPIC_ARN, Protocol: 'email', Endpoint: email },
    },
  };
}

/**
 * Roles and users of this account that IAM allows it, and the alarms of this account.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#sns-publish-to-topic-from-cloudwatch
 */
function publishersOfThisAccount() {
  return policyDocument(
    {
      Sid: 'PublishFromThisAccount',
      Effect: 'Allow',
      Principal: { AWS: ACCOUNT_ROOT },
      Action: 'sns:Publish',
      Resource: TOPIC_ARN,
    },
    {
      Sid: 'PublishByAlarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TOPIC_ARN,
      Condition: {
        StringEquals: { 'aws:SourceAccount': ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': arnOf('cloudwatch', 'alarm:*') },
      },
    },
    denyWithoutTls('sns:Publish', TOPIC_ARN),
  );
}
