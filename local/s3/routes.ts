import type { Operation } from './operation.ts';
import { createBucket, headBucket, listBuckets } from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjectsV2 } from './operations/list-objects.ts';
import { listMultipartUploads, listParts } from './operations/list-uploads.ts';
import { abortMultipartUpload, createMultipartUpload } from './operations/multipart-uploads.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart } from './operations/upload-part.ts';
import type { Headers, Target } from './request.ts';
import { notImplemented } from './s3-error.ts';

interface Route {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly scope: 'service' | 'bucket' | 'object';
  /** Query parameters that make a request this operation. */
  readonly query?: readonly string[];
  /** Query parameters that it may have beside them. Any other means another operation, which we do not have. */
  readonly options?: readonly string[];
  readonly isCopy?: boolean;
  readonly operation: Operation;
}

const LIST_OPTIONS = ['prefix', 'delimiter', 'encoding-type'];

const ROUTES = {
  ListBuckets: { method: 'GET', scope: 'service', operation: listBuckets },
  CreateBucket: { method: 'PUT', scope: 'bucket', operation: createBucket },
  HeadBucket: { method: 'HEAD', scope: 'bucket', operation: headBucket },
  DeleteObjects: { method: 'POST', scope: 'bucket', query: ['delete'], operation: deleteObjects },
  ListObjectsV2: {
    method: 'GET',
    scope: 'bucket',
    query: ['list-type'],
    options: [...LIST_OPTIONS, 'max-keys', 'continuation-token', 'start-after', 'fetch-owner'],
    operation: listObjectsV2,
  },
  ListMultipartUploads: {
    method: 'GET',
    scope: 'bucket',
    query: ['uploads'],
    options: [...LIST_OPTIONS, 'max-uploads', 'key-marker', 'upload-id-marker'],
    operation: listMultipartUploads,
  },
  PutObject: { method: 'PUT', scope: 'object', operation: putObject },
  CopyObject: { method: 'PUT', scope: 'object', isCopy: true, operation: copyObject },
  GetObject: { method: 'GET', scope: 'object', operation: getObject },
  HeadObject: { method: 'HEAD', scope: 'object', operation: headObject },
  DeleteObject: { method: 'DELETE', scope: 'object', operation: deleteObject },
  CreateMultipartUpload: { method: 'POST', scope: 'object', query: ['uploads'], operation: createMultipartUpload },
  UploadPart: { method: 'PUT', scope: 'object', query: ['partNumber', 'uploadId'], operation: uploadPart },
  CompleteMultipartUpload: { method: 'POST', scope: 'object', query: ['uploadId'], operation: completeMultipartUpload },
  AbortMultipartUpload: { method: 'DELETE', scope: 'object', query: ['uploadId'], operation: abortMultipartUpload },
  ListParts: {
    method: 'GET',
    scope: 'object',
    query: ['uploadId'],
    options: ['max-parts', 'part-number-marker', 'encoding-type'],
    operation: listParts,
  },
} satisfies Record<string, Route>;

/** The operations of the S3 API that the endpoint has, by the names the SDK gives them. */
export type OperationName = keyof typeof ROUTES;

/** The name the SDK adds for its own logs, and what a presigned address carries. */
const WITHOUT_MEANING = /^(x-id$|x-amz-)/i;

/** @throws S3Error NotImplemented */
export function findRoute(
  method: string,
  target: Target,
  headers: Headers,
): { name: OperationName; operation: Operation } {
  const scope = target.bucket === '' ? 'service' : target.key === '' ? 'bucket' : 'object';
  const asked = [...target.query.keys()].filter((name) => !WITHOUT_MEANING.test(name));
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    if (route.method !== method || route.scope !== scope || (route.isCopy ?? false) !== isCopy) continue;
    const { query = [], options = [] } = route;
    const isComplete = query.every((parameter) => asked.includes(parameter));
    const isAllowed = asked.every((parameter) => query.includes(parameter) || options.includes(parameter));
    if (isComplete && isAllowed) return { name: name as OperationName, operation: route.operation };
  }
  const parameters = asked.length === 0 ? 'no query parameters' : `the query parameters ${asked.join(', ')}`;
  throw notImplemented(
    `${method} on ${scope === 'service' ? 'the service' : `a${scope === 'object' ? 'n' : ''} ${scope}`}${isCopy ? ' from a copy source' : ''} with ${parameters}`,
  );
}
