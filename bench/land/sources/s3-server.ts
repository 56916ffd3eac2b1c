import { startS3Endpoint } from '../../../local/s3/endpoint.ts';

/** The S3 endpoint in a process of its own, so that its work is not counted. Tells its address to whoever started it. */
const [, , rootFolder = '', bucket = ''] = process.argv;
const endpoint = await startS3Endpoint({ rootFolder });
await endpoint.createBucket(bucket);
process.send?.(endpoint.endpoint);
process.once('disconnect', () => void endpoint.close());
