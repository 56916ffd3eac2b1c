import { errorText } from '../../shared/core/errors.ts';
import { element, xmlDocument } from './xml/write.ts';

/** A refusal in S3's own words: the code and HTTP status that the SDK clients know. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  readonly status: number;
  /** Further elements of the error document, such as `Key` or `MinSizeAllowed`. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, fields: Record<string, string> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** The error document of "REST error responses" in the S3 API reference. */
  toXml(resource: string, requestId: string): string {
    return xmlDocument(
      element('Error', [
        element('Code', this.code),
        element('Message', this.message),
        ...Object.entries(this.fields).map(([name, value]) => element(name, value)),
        element('Resource', resource),
        element('RequestId', requestId),
      ]),
    );
  }
}

const ON_FULL_DISK = new Set(['ENOSPC', 'EDQUOT']);
const ON_REFUSED_ACCESS = new Set(['EACCES', 'EPERM', 'EROFS']);
const ON_TOO_MANY_FILES = new Set(['EMFILE', 'ENFILE']);

/** The one place where anything thrown becomes an S3 error; `rootFolder` is named to whoever must free space. */
export function asS3Error(thrown: unknown, rootFolder: string): S3Error {
  if (thrown instanceof S3Error) return thrown;
  const errno = (thrown as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (ON_FULL_DISK.has(errno)) {
    const message = `The disk of the local endpoint is full: free space under ${rootFolder}`;
    return new S3Error(507, 'InsufficientStorage', message, {}, thrown);
  }
  if (ON_REFUSED_ACCESS.has(errno)) {
    const message = `The local endpoint may not use its files under ${rootFolder}: ${errorText(thrown)}`;
    return new S3Error(403, 'AccessDenied', message, {}, thrown);
  }
  if (errno === 'ENAMETOOLONG')
    return keyTooLong('a part of the key between slashes is too long for a file name', thrown);
  if (ON_TOO_MANY_FILES.has(errno)) return new S3Error(503, 'SlowDown', 'Please reduce your request rate.', {}, thrown);
  return new S3Error(500, 'InternalError', `The local endpoint failed: ${errorText(thrown)}`, {}, thrown);
}

export function keyTooLong(found: string, cause?: unknown): S3Error {
  return new S3Error(400, 'KeyTooLongError', `Your key is too long: ${found}`, {}, cause);
}

export function noSuchBucket(bucket: string): S3Error {
  return new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
}

export function noSuchKey(key: string): S3Error {
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
}

export function noSuchUpload(uploadId: string): S3Error {
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  return new S3Error(404, 'NoSuchUpload', message, { UploadId: uploadId });
}

export function preconditionFailed(condition: string): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error(412, 'PreconditionFailed', message, { Condition: condition });
}

export function invalidArgument(message: string, fields?: Record<string, string>): S3Error {
  return new S3Error(400, 'InvalidArgument', message, fields);
}

export function invalidRequest(message: string): S3Error {
  return new S3Error(400, 'InvalidRequest', message);
}

export function malformedXml(): S3Error {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new S3Error(400, 'MalformedXML', message);
}

export function notImplemented(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `The local endpoint does not implement ${what}`);
}
