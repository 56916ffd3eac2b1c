import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What an operation answers. A stream is destroyed by whoever got the reply, sent or not. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable | undefined;
}

export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: undefined };
}

export function xmlReply(xml: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: xml };
}

/** Sends a reply and resolves when the last byte was handed over; a client that goes away is no error. */
export async function sendReply(response: ServerResponse, reply: Reply, isHead: boolean): Promise<void> {
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.statusCode = reply.status;
  if (typeof reply.body === 'object') {
    const wholeBody = (source: AsyncIterable<Buffer>) => expectBytes(source, Number(reply.headers['content-length']));
    await pipeline(reply.body, wholeBody, response).catch(() => response.destroy());
    return;
  }
  if (typeof reply.body === 'string' && !isHead) response.setHeader('content-length', Buffer.byteLength(reply.body));
  response.end(isHead ? undefined : reply.body);
}

/** A file that was cut short by hand must break the connection, not leave the client waiting for the rest. */
async function* expectBytes(source: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const chunk of source) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw new Error(`the file ended ${left} bytes early`);
}

/** Lets go of what a reply holds when it is not sent. */
export function dropReply(reply: Reply): void {
  if (typeof reply.body === 'object') reply.body.destroy();
}
