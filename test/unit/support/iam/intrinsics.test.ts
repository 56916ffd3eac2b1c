import { describe, expect, it } from '@jest/globals';
import { resolved, type TemplateResources } from '../../../support/iam/intrinsics.ts';

const RESOURCES: TemplateResources = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'landfall-prod-shop' } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } },
  Key: { Type: 'AWS::KMS::Key' },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
  Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'landfall-prod' } },
  Mapping: { Type: 'AWS::Lambda::EventSourceMapping' },
};
const WHERE = { account: '123456789012', region: 'eu-central-1' };
const at = (value: unknown) => resolved(value, RESOURCES, WHERE);

describe("CloudFormation's functions", () => {
  it.each<[unknown, unknown]>([
    [{ Ref: 'AWS::AccountId' }, '123456789012'],
    [{ Ref: 'Topic' }, 'arn:aws:sns:eu-central-1:123456789012:alerts'],
    [{ Ref: 'Queue' }, 'Queue'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:123456789012:landfall-prod-shop'],
    [{ 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::lake'],
    [{ 'Fn::GetAtt': ['Key', 'Arn'] }, 'arn:aws:kms:eu-central-1:123456789012:key/Key'],
    [{ 'Fn::GetAtt': ['Group', 'Arn'] }, 'arn:aws:scheduler:eu-central-1:123456789012:schedule-group/landfall-prod'],
    [
      { 'Fn::Sub': `arn:\${AWS::Partition}:x:\${AWS::Region}:\${Queue.Arn}` },
      'arn:aws:x:eu-central-1:arn:aws:sqs:eu-central-1:123456789012:landfall-prod-shop',
    ],
    [{ 'Fn::Sub': [`\${name}/\${!literal}`, { name: { Ref: 'AWS::Region' } }] }, `eu-central-1/\${literal}`],
    [{ 'Fn::Join': [':', ['a', { Ref: 'AWS::URLSuffix' }]] }, 'a:amazonaws.com'],
    [{ Deep: [{ Here: { Ref: 'AWS::Region' } }] }, { Deep: [{ Here: 'eu-central-1' }] }],
  ])('%j is %j', (value, expected) => {
    expect(at(value)).toEqual(expected);
  });

  it.each([
    { 'Fn::ImportValue': 'x' },
    { 'Fn::GetAtt': ['Nothing', 'Arn'] },
    { 'Fn::GetAtt': ['Queue', 'QueueUrl'] },
    { 'Fn::GetAtt': ['Mapping', 'Arn'] },
    { Ref: 'Nothing' },
    { 'Fn::Sub': `\${Nothing}` },
  ])('%j is not made up', (value) => {
    expect(() => at(value)).toThrow();
  });
});
