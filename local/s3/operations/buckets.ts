import type { Operation } from '../operation.ts';
import { emptyReply, xmlReply } from '../reply.ts';
import { element, s3Document } from '../xml/write.ts';

export const REGION = 'us-east-1';
/** The one who owns everything in a local endpoint. */
export const OWNER = element('Owner', [element('ID', 'landfall'), element('DisplayName', 'landfall')]);

export const createBucket: Operation = async ({ bucket }, { objects }) => {
  await objects.createBucket(bucket);
  return emptyReply(200, { location: `/${bucket}` });
};

export const headBucket: Operation = async ({ bucket }, { objects }) => {
  await objects.bucketFolder(bucket);
  return emptyReply(200, { 'x-amz-bucket-region': REGION });
};

export const listBuckets: Operation = async (_request, { objects }) => {
  const buckets = await objects.buckets();
  const listed = buckets.map(({ name, created }) =>
    element('Bucket', [element('Name', name), element('CreationDate', created.toISOString())]),
  );
  return xmlReply(s3Document('ListAllMyBucketsResult', [OWNER, element('Buckets', listed)]));
};
