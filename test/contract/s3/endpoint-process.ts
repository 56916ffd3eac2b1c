import { startS3Endpoint } from '../../../local/s3/endpoint.ts';

/** An endpoint in a process of its own, to be killed: `node endpoint-process.ts ROOT_FOLDER` prints its address. */
const [, , rootFolder = ''] = process.argv;
const endpoint = await startS3Endpoint({ rootFolder, minPartSizeBytes: 1 });
await endpoint.createBucket('test-bucket');
process.stdout.write(`${endpoint.endpoint}\n`);
