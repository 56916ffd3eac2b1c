import { expect, it } from '@jest/globals';
import { whatRemains } from '../../../../config/deploy/what-remains.ts';

it('what is retained remains, by its name where it has one', () => {
  expect(
    whatRemains({
      Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'lake' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
      Topic: { Type: 'AWS::SNS::Topic', DeletionPolicy: 'Delete' },
      Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', Properties: { KeyName: { Ref: 'x' } } },
    }),
  ).toEqual(['AWS::S3::Bucket lake', 'AWS::KMS::Key Key']);
});
