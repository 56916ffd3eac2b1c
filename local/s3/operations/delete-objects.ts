import { receiveXml } from '../body/receive-xml.ts';
import type { Operation, Services } from '../operation.ts';
import { emptyReply, xmlReply } from '../reply.ts';
import { asS3Error, malformedXml } from '../s3-error.ts';
import { readWriteConditions } from '../store/conditions.ts';
import { childText } from '../xml/read.ts';
import { element, s3Document, type XmlText } from '../xml/write.ts';

const MAX_KEYS = 1000;

export const deleteObject: Operation = async (request, { objects }) => {
  await objects.remove(request, readWriteConditions(request.headers));
  return emptyReply(204);
};

export const deleteObjects: Operation = async (request, services) => {
  await services.objects.bucketFolder(request.bucket);
  const root = await receiveXml(request, 'Delete');
  const isQuiet = childText(root, 'Quiet') === 'true';
  const keys = root.children.filter(({ name }) => name === 'Object').map((object) => childText(object, 'Key'));
  if (keys.length === 0 || keys.length > MAX_KEYS) throw malformedXml();
  const results: (XmlText | undefined)[] = [];
  for (const key of keys) {
    if (key === undefined || key === '') throw malformedXml();
    results.push(await deleteOne({ bucket: request.bucket, key }, isQuiet, services));
  }
  return xmlReply(s3Document('DeleteResult', results));
};

async function deleteOne(
  name: { bucket: string; key: string },
  isQuiet: boolean,
  { objects, folders }: Services,
): Promise<XmlText | undefined> {
  try {
    await objects.remove(name, { mustBeAbsent: false, etag: undefined });
    return isQuiet ? undefined : element('Deleted', [element('Key', name.key)]);
  } catch (thrown) {
    const { code, message } = asS3Error(thrown, folders.root);
    return element('Error', [element('Key', name.key), element('Code', code), element('Message', message)]);
  }
}
