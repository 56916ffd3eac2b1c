import type { CallWorld, EncryptionKeys } from './actions-of.ts';
import type { PlainPolicy, PlainStatement } from './evaluate.ts';
import { EMULATED, resolved, type TemplateResource, type TemplateResources } from './intrinsics.ts';

/** Keys that the template does not have: of secrets, and of what exists without the stack. */
export interface OtherKeys {
  readonly bucket?: string;
  readonly topic?: string;
  /** By the ARN of the secret. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** @throws Error when the template has no such role */
export function policiesOfRole(roleId: string, resources: TemplateResources): PlainPolicy[] {
  const role = resources[roleId];
  if (role?.Type !== 'AWS::IAM::Role') throw new Error(`The template has no role ${roleId}.`);
  const { Policies: policies = [] } = role.Properties as { Policies?: readonly { PolicyDocument: unknown }[] };
  return policies.map(({ PolicyDocument: document }) => resolved(document, resources) as PlainPolicy);
}

/** @throws Error when the template has no function of that key, or one without a role of its own */
export function roleIdOf(functionKey: string, resources: TemplateResources): string {
  const part = functionKey.charAt(0).toUpperCase() + functionKey.slice(1);
  const role = resources[`${part}LambdaFunction`]?.Properties?.Role as { 'Fn::GetAtt'?: readonly string[] } | undefined;
  const roleId = role === undefined ? `${part}Role` : role['Fn::GetAtt']?.[0];
  if (roleId === undefined) throw new Error(`The function ${functionKey} has no role of the template.`);
  return roleId;
}

const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::SNS::TopicPolicy': 'Topics',
};

/**
 * What the policies of buckets, queues and topics refuse to a role of this account. Of what they allow nothing is taken,
 * so that a role has to allow all of its own accord.
 */
export function denialsOf(resources: TemplateResources): PlainPolicy[] {
  return Object.values(resources)
    .filter(({ Type: type }) => Object.hasOwn(RESOURCE_POLICIES, type))
    .map(({ Properties: properties = {} }) => {
      const policy = resolved(properties.PolicyDocument, resources) as PlainPolicy;
      return {
        Statement: policy.Statement.filter((statement) => statement.Effect === 'Deny' && isForRoles(statement)),
      };
    });
}

function isForRoles({ Principal: principal }: PlainStatement): boolean {
  return principal === '*' || (typeof principal === 'object' && Object.hasOwn(principal, 'AWS'));
}

/** Who encrypts what, by the template. */
export function worldOf(resources: TemplateResources, others: OtherKeys = {}): CallWorld {
  const keyOf = (type: string, arn: string, property: (properties: Record<string, unknown>) => unknown) => {
    const found = Object.entries(resources).find(
      ([id, resource]) => resource.Type === type && arnOf(id, resource, resources) === arn,
    );
    return found && (resolved(property(found[1].Properties ?? {}), resources) as string | undefined);
  };
  const keys: EncryptionKeys = {
    bucket: (name) => keyOf('AWS::S3::Bucket', `arn:aws:s3:::${name}`, bucketKey) ?? others.bucket,
    queue: (arn) => keyOf('AWS::SQS::Queue', arn, ({ KmsMasterKeyId: key }) => key),
    topic: (arn) => keyOf('AWS::SNS::Topic', arn, ({ KmsMasterKeyId: key }) => key) ?? others.topic,
    secret: (arn) => others.secrets?.[arn],
  };
  return { where: EMULATED, keys };
}

function arnOf(id: string, _resource: TemplateResource, resources: TemplateResources): unknown {
  return resolved({ 'Fn::GetAtt': [id, 'Arn'] }, resources);
}

interface BucketEncryption {
  readonly ServerSideEncryptionConfiguration: readonly {
    readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID?: unknown };
  }[];
}

function bucketKey({ BucketEncryption: encryption }: Record<string, unknown>): unknown {
  const [rule] = (encryption as BucketEncryption | undefined)?.ServerSideEncryptionConfiguration ?? [];
  return rule?.ServerSideEncryptionByDefault.KMSMasterKeyID;
}
