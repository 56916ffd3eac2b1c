import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request to SQS or SNS on its way. */
export interface QueueCall {
  /** The operation by the name that the SDK gives it, such as `SendMessageBatch` or `Publish`. */
  readonly action: string;
  /** The request's body as it was sent. */
  readonly text: string;
}

export type QueueFaultAction =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Goes on to the service when the promise resolves, and never when the client is gone by then. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The service does the work; its answer comes when the promise resolves. */
  | { readonly kind: 'hold-answer'; readonly until: Promise<unknown> }
  /** Entries of a SendMessageBatch with such a body are refused by the service; the others are sent. */
  | { readonly kind: 'refuse-entries'; readonly matching: RegExp };

export interface QueueFaultPlan {
  readonly action: string;
  /** In the request's body; every body when left out. */
  readonly matching?: RegExp;
  /** How many requests it meets; 1 when left out. */
  readonly times?: number;
  readonly fault: QueueFaultAction;
}

export interface PlannedQueueFault {
  /** How many requests have met it. */
  readonly hits: number;
}

/** Stands between the SDK's clients and the emulated SQS and SNS, and lets requests go wrong. */
export interface QueueProxy {
  readonly endpoint: string;
  add(plan: QueueFaultPlan): PlannedQueueFault;
  clear(): void;
  /** Receipt handles of every message that was received, oldest first. */
  readonly receiptHandles: readonly string[];
  close(): Promise<void>;
}

interface Entry extends PlannedQueueFault {
  readonly plan: QueueFaultPlan;
  hits: number;
}

export async function startQueueProxy(serviceEndpoint: string): Promise<QueueProxy> {
  let entries: Entry[] = [];
  const take = ({ action, text }: QueueCall): QueueFaultAction | undefined => {
    const entry = entries.find(
      ({ plan, hits }) =>
        plan.action === action && hits < (plan.times ?? 1) && (plan.matching === undefined || plan.matching.test(text)),
    );
    if (entry !== undefined) entry.hits += 1;
    return entry?.plan.fault;
  };
  const service: Service = { endpoint: serviceEndpoint, agent: new Agent({ keepAlive: true }), receiptHandles: [] };
  const server = createServer((message, response) => {
    serve(message, response, service, take).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add(plan) {
      const entry: Entry = { plan, hits: 0 };
      entries.push(entry);
      return entry;
    },
    clear() {
      entries = [];
    },
    receiptHandles: service.receiptHandles,
    async close() {
      service.agent.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Service {
  readonly endpoint: string;
  readonly agent: Agent;
  readonly receiptHandles: string[];
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  service: Service,
  take: (call: QueueCall) => QueueFaultAction | undefined,
): Promise<void> {
  const body = await buffer(message);
  const call = { action: actionOf(message, body), text: body.toString() };
  const fault = take(call);
  if (fault?.kind === 'refuse') return refuse(message, response, fault);
  if (fault?.kind === 'hold') await fault.until;
  if (message.socket.destroyed) return;
  const { sent, refused, isEmpty } = split(call, fault);
  if (isEmpty) return void response.end(withFailed(Buffer.from('{}'), refused));
  const answer = await forward(message, response, sent, service);
  if (call.action === 'ReceiveMessage') service.receiptHandles.push(...receiptHandlesIn(answer.body));
  if (fault?.kind === 'hold-answer') await fault.until;
  if (message.socket.destroyed) return;
  const answered = refused.length === 0 ? answer.body : withFailed(answer.body, refused);
  const headers = { ...answer.headers, 'content-length': String(answered.length) };
  response.writeHead(answer.status, headers).end(answered);
}

/** SQS names it in a header, SNS in the form that is its body. */
function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString()).get('Action') ?? '';
}

function refuse(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { status, code }: Extract<QueueFaultAction, { kind: 'refuse' }>,
): void {
  const isJson = headers['x-amz-target'] !== undefined;
  const text = `${code}, as a test planned`;
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error>`;
  response.writeHead(status, { 'content-type': isJson ? 'application/x-amz-json-1.0' : 'text/xml' });
  response.end(isJson ? JSON.stringify({ __type: code, message: text }) : `<ErrorResponse>${error}</ErrorResponse>`);
}

interface BatchEntry {
  readonly Id: string;
  readonly MessageBody: string;
}

interface SplitBatch {
  readonly sent: Buffer;
  readonly refused: readonly BatchEntry[];
  /** True when nothing is left to send. */
  readonly isEmpty: boolean;
}

function split({ text }: QueueCall, fault: QueueFaultAction | undefined): SplitBatch {
  if (fault?.kind !== 'refuse-entries') return { sent: Buffer.from(text), refused: [], isEmpty: false };
  const batch = JSON.parse(text) as { Entries: BatchEntry[] };
  const refused = batch.Entries.filter(({ MessageBody }) => fault.matching.test(MessageBody));
  const taken = batch.Entries.filter((entry) => !refused.includes(entry));
  const sent = Buffer.from(JSON.stringify({ ...batch, Entries: taken }));
  return { sent, refused, isEmpty: taken.length === 0 };
}

function withFailed(body: Buffer, refused: readonly BatchEntry[]): Buffer {
  const failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
  const answer = JSON.parse(body.toString()) as { Successful?: unknown[] };
  return Buffer.from(JSON.stringify({ ...answer, Successful: answer.Successful ?? [], Failed: failed }));
}

function receiptHandlesIn(body: Buffer): string[] {
  const { Messages: messages = [] } = JSON.parse(body.toString()) as { Messages?: { ReceiptHandle: string }[] };
  return messages.map(({ ReceiptHandle: handle }) => handle);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** With the client's own Host, which the emulator builds the URLs of queues from. */
async function forward(
  message: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  { endpoint, agent }: Service,
): Promise<Answer> {
  const { method, headers, url = '/' } = message;
  const options = { agent, method: method!, headers: { ...headers, 'content-length': String(body.length) } };
  const outgoing = request(new URL(url, endpoint), options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  // Whoever polls may be killed, and the message that comes then must not go to nobody.
  response.once('close', () => outgoing.destroy());
  outgoing.end(body);
  const answer = await answered;
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
}
