import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SecretsService {
  /** Base URL for the `endpoint` of a Secrets Manager client. */
  readonly endpoint: string;
  /** The secret ids asked for, in order; what a test of a cache counts. */
  readonly requested: readonly string[];
  close(): Promise<void>;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** A secret id has at most 2,048 characters; anything far beyond is no request of an SDK. */
const MAX_BODY_BYTES = 16 * 1024;

/**
 * A Secrets Manager that knows `GetSecretValue` and nothing else, on 127.0.0.1.
 * The map is read at each request, so a test rotates a secret by setting it. Keys are names or ARNs, as asked for.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function startSecretsService(secrets: ReadonlyMap<string, string>): Promise<SecretsService> {
  const requested: string[] = [];
  const server = createServer((request, response) => {
    respond(request, secrets, requested).then(
      ({ status, body }) => send(response, status, body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requested,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

async function respond(
  request: IncomingMessage,
  secrets: ReadonlyMap<string, string>,
  requested: string[],
): Promise<Reply> {
  const text = await bodyOf(request);
  const target = request.headers['x-amz-target'];
  if (target !== 'secretsmanager.GetSecretValue') {
    return failure('UnknownOperationException', `This local service has no ${String(target)}.`);
  }
  const secretId = secretIdOf(text);
  if (secretId === undefined) return failure('ValidationException', 'SecretId is missing.');
  requested.push(secretId);
  const value = secrets.get(secretId);
  return value === undefined
    ? failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    : { status: 200, body: secretValue(secretId, value) };
}

function secretIdOf(text: string): string | undefined {
  try {
    const { SecretId: id } = JSON.parse(text) as { SecretId?: unknown };
    return typeof id === 'string' && id !== '' ? id : undefined;
  } catch {
    return undefined;
  }
}

function secretValue(secretId: string, value: string): object {
  const isArn = secretId.startsWith('arn:');
  return {
    ARN: isArn ? secretId : `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secretId}`,
    Name: isArn ? secretId.split(':').slice(6).join(':') : secretId,
    VersionId: '00000000-0000-0000-0000-000000000001',
    VersionStages: ['AWSCURRENT'],
    SecretString: value,
    CreatedDate: 0,
  };
}

function failure(type: string, message: string): Reply {
  return { status: 400, body: { __type: type, message } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw new RangeError('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPE });
  response.end(JSON.stringify(body));
}
