import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction, Faults } from './faults.ts';
import type { Services } from './operation.ts';
import { dropReply, type Reply, sendReply } from './reply.ts';
import { checkSender, readHeaders, readTarget } from './request.ts';
import { findRoute } from './routes.ts';
import { asS3Error, S3Error } from './s3-error.ts';

export interface Serving {
  readonly services: Services;
  readonly faults: Faults;
  /** Aborts when the endpoint closes. */
  readonly closing: AbortSignal;
}

/** Answers one HTTP request, whatever happens; never rejects. */
export async function serve(message: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('server', 'landfall');
  response.setHeader('x-amz-request-id', requestId);
  response.on('error', () => response.destroy());
  try {
    const reply = await answer(message, serving).catch((thrown: unknown) =>
      errorReply(asS3Error(thrown, serving.services.folders.root), message, requestId),
    );
    if (reply === 'cut') {
      message.socket.destroy();
      return;
    }
    // A client that is still sending must be read to its end, or it sees a broken connection and not the answer.
    await drain(message);
    await sendReply(response, reply, message.method === 'HEAD');
  } catch {
    message.socket.destroy();
  }
}

async function answer(message: IncomingMessage, { services, faults, closing }: Serving): Promise<Reply | 'cut'> {
  const headers = readHeaders(message);
  checkSender(headers);
  const target = readTarget(message.url ?? '/');
  const { name, operation } = findRoute(message.method ?? '', target, headers);
  const fault = faults.take(name, target.key);
  if (fault?.kind === 'cut-connection') return 'cut';
  if (fault?.kind === 'status') throw faultError(fault);
  if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { signal: closing });
  if (fault?.kind === 'hold' && !(await heldOut(message.socket, fault.until, closing))) return 'cut';
  const { bucket, key, query } = target;
  const body = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const diskFull = fault?.kind === 'disk-full';
  const work = operation({ operation: name, bucket, key, query, headers, body, diskFull }, services);
  if (fault?.kind !== 'lost-response') return work;
  await work.then(dropReply, () => undefined);
  return 'cut';
}

/** False when the client went, or the endpoint closes, before the promise resolved. */
async function heldOut(socket: Socket, until: Promise<unknown>, closing: AbortSignal): Promise<boolean> {
  const gone = new AbortController();
  const leave = once(socket, 'close', { signal: AbortSignal.any([gone.signal, closing]) }).then(
    () => false,
    () => false,
  );
  const isHeldOut = await Promise.race([until.then(() => true), leave]);
  gone.abort();
  return isHeldOut && !socket.destroyed;
}

function faultError({ status, code, message }: Extract<FaultAction, { kind: 'status' }>): S3Error {
  return new S3Error(status, code, message ?? `${code}, as a test planned`);
}

function errorReply(error: S3Error, message: IncomingMessage, requestId: string): Reply {
  const [path = ''] = (message.url ?? '').split('?', 1);
  const headers: Record<string, string> = { 'content-type': 'application/xml' };
  return { status: error.status, headers, body: error.toXml(path, requestId) };
}

async function drain(message: IncomingMessage): Promise<void> {
  if (message.readableEnded || message.destroyed) return;
  message.resume();
  await finished(message, { writable: false }).catch(() => undefined);
}
