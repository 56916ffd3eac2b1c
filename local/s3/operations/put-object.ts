import { receiveBody } from '../body/receive-body.ts';
import { checksumHeaders, type ObjectChecksum } from '../checksum/object-checksum.ts';
import { encryptionHeaders, readObjectHeaders } from '../object-headers.ts';
import type { Operation } from '../operation.ts';
import { emptyReply } from '../reply.ts';
import { checkWriteConditions, readWriteConditions } from '../store/conditions.ts';
import type { ObjectFacts } from '../store/object-records.ts';

export const putObject: Operation = async (request, { folders, objects }) => {
  const conditions = readWriteConditions(request.headers);
  const described = readObjectHeaders(request.headers);
  // Looked at before the body too, so that a write that has lost already costs no disk.
  checkWriteConditions(conditions, request.key, (await objects.find(request))?.etag);
  await using temp = await folders.newTempFile(request.diskFull);
  const received = await receiveBody(request, temp);
  const checksum: ObjectChecksum | undefined = received.checksum && { ...received.checksum, type: 'FULL_OBJECT' };
  const etag = `"${received.md5.toString('hex')}"`;
  const facts: ObjectFacts = { ...described, etag, ...(checksum && { checksum }) };
  await objects.commit(request, temp, facts, conditions, request.diskFull);
  return emptyReply(200, { etag, ...checksumHeaders(checksum), ...encryptionHeaders(facts) });
};
