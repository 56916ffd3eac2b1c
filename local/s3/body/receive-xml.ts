import type { S3Request } from '../request.ts';
import { malformedXml, S3Error } from '../s3-error.ts';
import { readXml, type XmlElement } from '../xml/read.ts';
import { receiveBody } from './receive-body.ts';

/** 10,000 parts with every field of a part fit. */
const MAX_XML_BYTES = 8 * 1024 * 1024;

/**
 * The XML document a request consists of.
 *
 * @throws S3Error MalformedXML, MaxMessageLengthExceeded and those of the body's checks
 */
export async function receiveXml(request: Pick<S3Request, 'headers' | 'body'>, rootName: string): Promise<XmlElement> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const gather = {
    async write(bytes: Uint8Array): Promise<void> {
      sizeBytes += bytes.length;
      if (sizeBytes > MAX_XML_BYTES) {
        throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too large.');
      }
      chunks.push(Buffer.from(bytes));
    },
  };
  await receiveBody(request, gather);
  const root = readXml(Buffer.concat(chunks).toString('utf8'));
  if (root.name !== rootName) throw malformedXml();
  return root;
}
