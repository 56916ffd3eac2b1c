import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import tedious, { Connection, Request } from 'tedious';
import { AttentionTokenHandler, RequestTokenHandler, TokenHandler } from 'tedious/lib/token/handler.js';
import type { Parser } from 'tedious/lib/token/token-stream-parser.js';
import type { PacketStream } from '../../shared/source/mssql/tds/packet-tap.ts';
import { PASSWORD, startWireServer } from '../integration/mssql/wire-server.ts';
import { done, error, loginAck, order, returnStatus } from '../support/tds/tokens.ts';
import type { TdsServer } from '../support/tds-server/tds-server.ts';

/** What we rely on and tedious does not promise. Should this fail after an upgrade, read its changes before anything else. */
const PINNED = '20.3.9';

const HANDLED = [
  'onColMetadata',
  'onDone',
  'onDoneInProc',
  'onDoneProc',
  'onErrorMessage',
  'onInfoMessage',
  'onOrder',
  'onReturnStatus',
  'onReturnValue',
  'onDatabaseChange',
  'onBeginTransaction',
  'onCommitTransaction',
  'onRollbackTransaction',
] as const;

type Message = Parameters<Connection['createTokenStreamParser']>[0];
const messageOf = (tokens: Buffer[]): Message => Readable.from(tokens) as unknown as Message;

/** Notes which handler every response is given to. */
class Observed extends Connection {
  readonly handlers: string[] = [];

  override createTokenStreamParser(message: Message, handler: TokenHandler): Parser {
    this.handlers.push(handler.constructor.name);
    expect(typeof (message as unknown as AsyncIterable<Buffer>)[Symbol.asyncIterator]).toBe('function');
    return super.createTokenStreamParser(message, handler);
  }
}

let server: TdsServer;
let connection: Observed;

beforeAll(async () => {
  server = await startWireServer({
    queries: {
      'SELECT 1': () => [done()],
      'no answer': async function* () {
        await new Promise(() => {});
        yield done();
      },
    },
  });
});

afterEach(() => connection?.close());

afterAll(async () => await server?.close());

async function connect(): Promise<Observed> {
  const authentication = { type: 'default' as const, options: { userName: 'reader', password: PASSWORD } };
  const options = { port: server.port, database: 'shop', encrypt: false };
  connection = new Observed({ server: server.host, authentication, options });
  await new Promise<void>((resolve, reject) =>
    connection.connect((failure) => (failure ? reject(failure) : resolve())),
  );
  return connection;
}

async function run(sql: string, sent?: (request: Request) => void): Promise<Error | undefined> {
  return await new Promise((resolve) => {
    const request = new Request(sql, (failure) => resolve(failure ?? undefined));
    connection.execSqlBatch(request);
    sent?.(request);
  });
}

it('is the very version that was read and tried', () => {
  const packageJson = JSON.parse(readFileSync('package.json', 'utf8'));
  const installed = JSON.parse(readFileSync('node_modules/tedious/package.json', 'utf8'));
  expect([packageJson.dependencies.tedious, installed.version]).toEqual([PINNED, PINNED]);
});

describe('the hook', () => {
  it('is called once per response, the login and its first SQL included', async () => {
    const { handlers } = await connect();
    expect(handlers).toEqual(['Login7TokenHandler', 'InitialSqlTokenHandler']);
    expect(await run('SELECT 1')).toBeUndefined();
    expect(handlers.slice(2)).toEqual(['RequestTokenHandler']);
  });

  it('is called a second time for a cancelled request, with the request still current', async () => {
    const { handlers } = await connect();
    const failure = await run('no answer', (request) => {
      setTimeout(() => {
        expect(connection.request).toBe(request);
        request.cancel();
      }, 50);
    });
    expect(failure).toMatchObject({ code: 'ECANCEL' });
    expect(handlers.slice(2)).toEqual(['RequestTokenHandler', 'AttentionTokenHandler']);
    expect([connection.request, connection.state]).toEqual([undefined, connection.STATE.LOGGED_IN]);
  });

  it('gives a parser that is listened to for its end or its error, and may be paused', async () => {
    await connect();
    const parser = connection.createTokenStreamParser(messageOf([]), new TokenHandler());
    expect([typeof parser.on, typeof parser.pause, typeof parser.resume]).toEqual(['function', 'function', 'function']);
    await new Promise<void>((resolve) => parser.once('end', resolve));
  });
});

describe('what stands behind the hook', () => {
  it.each(HANDLED)('RequestTokenHandler has %s', (name) => {
    expect(typeof RequestTokenHandler.prototype[name]).toBe('function');
  });

  it('tokens name their handler', async () => {
    await connect();
    const seen: string[] = [];
    const handler = new Proxy(new TokenHandler(), {
      get: (_, name) => (token: { handlerName: string }) => seen.push(`${String(name)}=${token.handlerName}`),
    });
    const tokens = [error({ number: 1, message: 'no' }), loginAck(), order([1]), returnStatus(0), done()];
    const parser = connection.createTokenStreamParser(messageOf(tokens), handler);
    await new Promise<void>((resolve) => parser.once('end', resolve));
    const names = ['onErrorMessage', 'onLoginAck', 'onOrder', 'onReturnStatus', 'onDone'];
    expect(seen).toEqual(names.map((name) => `${name}=${name}`));
  });

  it('requests can be cancelled, and tell their end by an event', () => {
    const request = new Request('SELECT 1', () => {});
    const heard: string[] = [];
    request.on('cancel', () => heard.push('cancel'));
    request.once('requestCompleted', () => heard.push('completed'));
    request.cancel();
    request.callback(undefined);
    expect(heard).toEqual(['cancel', 'completed']);
    expect(request.canceled).toBe(false);
  });

  it('a connection has the state, the socket and the stream of packets that we look at', async () => {
    await connect();
    const io = connection.messageIo as unknown as { incomingMessageStream: PacketStream };
    expect(connection.state).toBe(connection.STATE.LOGGED_IN);
    expect(connection.inTransaction).toBe(false);
    expect(typeof connection.socket?.destroy).toBe('function');
    expect(typeof io.incomingMessageStream.once).toBe('function');
    const { bl } = io.incomingMessageStream;
    expect([bl.length, bl.slice().length, typeof bl.consume]).toEqual([0, 0, 'function']);
    expect(typeof io.incomingMessageStream._transform).toBe('function');
    expect(connection.config.options.tdsVersion).toBe('7_4');
  });

  it('the module has what Sequelize takes from it, Connection among it', () => {
    expect(Object.keys({ ...tedious })).toEqual(
      expect.arrayContaining(['Connection', 'Request', 'TYPES', 'ISOLATION_LEVEL', 'ConnectionError', 'RequestError']),
    );
    expect(tedious.Connection).toBe(Connection);
    expect(AttentionTokenHandler.prototype).toBeInstanceOf(TokenHandler);
  });
});
