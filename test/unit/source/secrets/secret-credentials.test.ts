import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError, SourceError } from '../../../../shared/core/errors.ts';
import { secretCredentials } from '../../../../shared/source/secrets/secret-credentials.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf';
const RDS = {
  username: 'app',
  password: 'hunter2',
  host: 'db.example',
  port: 5432,
  dbname: 'shop',
  engine: 'postgres',
};
const CREDENTIALS = { username: 'app', password: 'hunter2', host: 'db.example', port: 5432, database: 'shop' };

interface Answer {
  readonly status: number;
  readonly body: object;
}

let server: Server;
let client: SecretsManagerClient;
let folder: string;
let now = 0;
let requests: string[] = [];
let answer: Answer | 'hang up';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-secret-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push(`${String(request.headers['x-amz-target'])} ${JSON.parse(body).SecretId}`);
      if (answer === 'hang up') {
        response.destroy();
        return;
      }
      response
        .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  client = new SecretsManagerClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  now = 1_000;
  requests = [];
  answer = { status: 200, body: { ARN, SecretString: JSON.stringify(RDS) } };
});

function provider(environment: Record<string, string> = {}) {
  const clock = { now: () => now, sleep: async () => {} };
  return secretCredentials({ secretsClient: client, environment, clock, ttlMs: 60_000 });
}

async function failure(reference: string, environment: Record<string, string> = {}): Promise<SourceError> {
  return await provider(environment)
    .get(reference)
    .then(
      () => {
        throw new Error('an error was expected');
      },
      (error) => error,
    );
}

describe('a secret of Secrets Manager', () => {
  it('is read in the shape of RDS', async () => {
    expect(await provider().get(ARN)).toEqual(CREDENTIALS);
    expect(requests).toEqual([`secretsmanager.GetSecretValue ${ARN}`]);
  });

  it.each([
    [
      'as the documentation of RDS for SQL Server has it',
      { engine: 'sqlserver', host: 'erp.example', username: 'app', password: 'hunter2', dbname: 'erp', port: 1433 },
      { username: 'app', password: 'hunter2', host: 'erp.example', port: 1433, database: 'erp' },
    ],
    [
      'of SQL Server, without a database',
      {
        engine: 'sqlserver-se',
        host: 'erp.example',
        username: 'app',
        password: 'hunter2',
        port: 1433,
        dbInstanceIdentifier: 'erp',
      },
      { username: 'app', password: 'hunter2', host: 'erp.example', port: 1433, database: undefined },
    ],
    [
      'that RDS manages itself',
      { username: 'admin', password: 'hunter2' },
      { username: 'admin', password: 'hunter2', host: undefined, port: undefined, database: undefined },
    ],
  ])('may be one %s', async (_, secret, expected) => {
    answer = { status: 200, body: { ARN, SecretString: JSON.stringify(secret) } };
    expect(await provider().get(ARN)).toEqual(expected);
  });

  it('is cached until its time is over, and read anew when asked to', async () => {
    const subject = provider();
    await subject.get(ARN);
    now += 59_999;
    await subject.get(ARN);
    expect(requests).toHaveLength(1);
    answer = { status: 200, body: { SecretString: JSON.stringify({ ...RDS, password: 'rotated' }) } };
    expect(await subject.get(ARN, { fresh: true })).toMatchObject({ password: 'rotated' });
    expect(await subject.get(ARN)).toMatchObject({ password: 'rotated' });
    expect(requests).toHaveLength(2);
    now += 60_000;
    await subject.get(ARN);
    expect(requests).toHaveLength(3);
  });

  it('is asked for once by calls at the same time', async () => {
    const subject = provider();
    const all = await Promise.all([subject.get(ARN), subject.get(ARN), subject.get(ARN, { fresh: true })]);
    expect(all).toEqual([CREDENTIALS, CREDENTIALS, CREDENTIALS]);
    expect(requests).toHaveLength(1);
  });

  it('is asked for again after a failure', async () => {
    const subject = provider();
    answer = 'hang up';
    await expect(subject.get(ARN)).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' });
    answer = { status: 200, body: { SecretString: JSON.stringify(RDS) } };
    expect(await subject.get(ARN)).toEqual(CREDENTIALS);
  });

  it.each<[number, string, string, string]>([
    [400, 'ResourceNotFoundException', 'SECRET_NOT_FOUND', 'permanent'],
    [400, 'AccessDeniedException', 'SECRET_DENIED', 'permanent'],
    [400, 'DecryptionFailure', 'SECRET_DENIED', 'permanent'],
    [400, 'InvalidRequestException', 'SECRET_INVALID', 'permanent'],
    [400, 'ThrottlingException', 'SECRET_UNAVAILABLE', 'transient'],
    [500, 'InternalServiceError', 'SECRET_UNAVAILABLE', 'transient'],
  ])('answered with %i %s is %s, %s', async (status, type, code, retry) => {
    answer = { status, body: { __type: type, message: 'as the service says' } };
    const error = await failure(ARN);
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({ code, retry });
    expect(error.message).toContain(ARN);
    expect(error.message).toContain('as the service says');
    expect(error.remedy).toBeTruthy();
  });

  it('must be text', async () => {
    answer = { status: 200, body: { SecretBinary: 'aGVsbG8=' } };
    expect(await failure(ARN)).toMatchObject({ code: 'SECRET_INVALID', retry: 'permanent' });
  });
});

describe('a secret of the environment or a file', () => {
  it('holds the same JSON', async () => {
    const path = join(folder, 'secret.json');
    await writeFile(path, `${JSON.stringify({ ...RDS, port: '6543' })}\n`);
    expect(await provider({ SHOP: JSON.stringify(RDS) }).get('env:SHOP')).toEqual(CREDENTIALS);
    expect(await provider().get(`file:${path}`)).toEqual({ ...CREDENTIALS, port: 6543 });
    expect(requests).toEqual([]);
  });

  it('needs no host, port or database', async () => {
    const bare = await provider({ SHOP: '{"username":"a","password":"b"}' }).get('env:SHOP');
    expect(bare).toEqual({ username: 'a', password: 'b', host: undefined, port: undefined, database: undefined });
  });

  it('may be missing', async () => {
    expect(await failure('env:GONE')).toMatchObject({ code: 'SECRET_NOT_FOUND', retry: 'permanent' });
    expect(await failure('env:EMPTY', { EMPTY: '' })).toMatchObject({ code: 'SECRET_NOT_FOUND' });
    expect(await failure(`file:${join(folder, 'gone')}`)).toMatchObject({
      code: 'SECRET_NOT_FOUND',
      retry: 'permanent',
    });
    expect(await failure(`file:${folder}`)).toMatchObject({ code: 'SECRET_DENIED' });
  });
});

describe('a secret that is of no use', () => {
  it.each<[string, string, RegExp]>([
    ['no JSON', 'hunter2', /not valid JSON/],
    ['half of it', '{"username":"app","password":"hunter2', /not valid JSON/],
    ['no object', '"hunter2"', /not a JSON object/],
    ['a list', '["hunter2"]', /not a JSON object/],
    ['no password', '{"username":"hunter2"}', /"password" is not a text/],
    ['an empty password', '{"username":"hunter2","password":""}', /"password" is not a text/],
    [
      'wrong kinds',
      '{"username":"hunter2","password":["hunter2"],"port":"hunter2"}',
      /"password" is not a text, "port" is not a number/,
    ],
    [
      'a port out of range',
      '{"username":"hunter2","password":"hunter2","port":70000}',
      /"port" is not a number from 1 to 65535/,
    ],
  ])('with %s says so without a word of its content', async (_, text, message) => {
    const error = await failure('env:SHOP', { SHOP: text });
    expect(error).toMatchObject({ code: 'SECRET_INVALID', retry: 'permanent' });
    expect(error.cause).toBeUndefined();
    expect(error.message).toMatch(message);
    expect(JSON.stringify([error.message, error.remedy, error.stack])).not.toContain('hunter2');
  });

  it('with a reference of no known kind is a ConfigError', async () => {
    expect(await failure('vault:shop')).toBeInstanceOf(ConfigError);
  });
});
