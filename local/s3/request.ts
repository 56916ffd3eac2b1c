import type { IncomingMessage } from 'node:http';
import type { OperationName } from './routes.ts';
import { S3Error } from './s3-error.ts';

/** A request as the operations see it. */
export interface S3Request {
  readonly operation: OperationName;
  /** Empty for requests to the service itself. */
  readonly bucket: string;
  /** Empty for requests to a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The bytes as they came over the wire. Read at most once. */
  readonly body: AsyncIterable<Buffer>;
  /** A test wants the next write of this request to meet a full disk. */
  readonly diskFull: boolean;
}

/** Header names in lower case; a header that was sent twice is one value joined by commas. */
export type Headers = Readonly<Record<string, string>>;

export interface Target {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/**
 * Takes a path-style request target apart. Not by `URL`, which would resolve dot segments that are part of a key.
 *
 * @throws S3Error InvalidURI when the path is not percent-encoded UTF-8
 */
export function readTarget(url: string): Target {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = decodePercent(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : decodePercent(path.slice(slash + 1));
  return { path, bucket, key, query };
}

/** @throws S3Error InvalidURI */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.", { URI: text }, thrown);
  }
}

export function readHeaders(message: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Nobody signs requests here, so what a web page could make a browser send is refused.
 *
 * @throws S3Error
 */
export function checkSender(headers: Headers): void {
  if (headers.origin !== undefined) {
    throw new S3Error(403, 'AccessDenied', 'The local endpoint does not serve web pages (the request has an Origin).');
  }
  if (!LOOPBACK_HOST.test(headers.host ?? '')) {
    const found = `the request names the host '${headers.host ?? ''}'`;
    const message = `The local endpoint serves 127.0.0.1 with path-style addresses only, but ${found}: set forcePathStyle`;
    throw new S3Error(400, 'InvalidRequest', message);
  }
}
