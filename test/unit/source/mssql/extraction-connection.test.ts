import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ConnectionError, Request } from 'tedious';
import { AttentionTokenHandler, RequestTokenHandler } from 'tedious/lib/token/handler.js';
import { ErrorMessageToken } from 'tedious/lib/token/token.js';
import { Parser } from 'tedious/lib/token/token-stream-parser.js';
import { ResponseParser } from '../../../../shared/source/mssql/response-parser.ts';
import { AnsweredRequest, idleConnection } from './extraction-rig.ts';

type Message = Parameters<ReturnType<typeof idleConnection>['createTokenStreamParser']>[0];
/** A message of which nothing arrives. */
const silentMessage = (): Message => new PassThrough() as unknown as Message;

function token(number: number, message: string): ErrorMessageToken {
  const facts = { number, state: 5, class: 14, message, serverName: 'DB1', procName: '', lineNumber: 1 };
  return new ErrorMessageToken(facts);
}

/** What Sequelize gets when a connection ends in `error` after the server sent `tokens`. */
function refusedLogin(error: Error, ...tokens: ErrorMessageToken[]): Error {
  const connection = idleConnection();
  let heard: Error | undefined;
  connection.once('connect', (refusal) => {
    heard = refusal;
  });
  for (const each of tokens) connection.emit('errorMessage', each);
  connection.emit('connect', error);
  return heard!;
}

describe('a refused login', () => {
  it('keeps number, state, class and server', () => {
    const error = new ConnectionError("Login failed for user 'u'.", 'ELOGIN');
    expect(refusedLogin(error, token(18456, "Login failed for user 'u'."))).toBe(error);
    expect(error).toMatchObject({ code: 'ELOGIN', number: 18456, state: 5, class: 14, serverName: 'DB1' });
    expect(error.message).toBe("Login failed for user 'u'.");
    expect(error).not.toHaveProperty('errors');
  });

  it('is told by its reason when the server gives one, with every message kept', () => {
    const error = refusedLogin(
      new ConnectionError('Login failed.', 'ELOGIN'),
      token(4060, 'Cannot open database "x".'),
      token(18456, 'Login failed.'),
    );
    expect(error).toMatchObject({
      number: 4060,
      message: 'Cannot open database "x". Login failed.',
      errors: [
        { number: 4060, message: 'Cannot open database "x".' },
        { number: 18456, message: 'Login failed.' },
      ],
    });
  });

  it('is told inside of several errors too', () => {
    const inner = new ConnectionError('Login failed.', 'ELOGIN');
    const error = refusedLogin(new AggregateError([inner, new Error('other')]), token(18456, 'Login failed.'));
    expect(error).toMatchObject({ number: 18456, class: 14 });
    expect(inner).toMatchObject({ number: 18456, message: 'Login failed.' });
    expect((error as AggregateError).errors).toHaveLength(2);
  });

  it('stays as it is when the server said nothing', () => {
    const error = refusedLogin(new ConnectionError('Failed to connect', 'ESOCKET'));
    expect(error).not.toHaveProperty('number');
    expect(error.message).toBe('Failed to connect');
  });

  it('is not mixed with errors of later requests', () => {
    const connection = idleConnection();
    connection.emit('connect');
    expect(connection.listenerCount('errorMessage')).toBe(0);
  });
});

describe('the hook', () => {
  it('takes the first response of an extraction request, and leaves all others to tedious', () => {
    const { connection, request } = new AnsweredRequest();
    const handler = new RequestTokenHandler(connection, request);
    expect(connection.createTokenStreamParser(silentMessage(), handler)).toBeInstanceOf(ResponseParser);
    const attention = new AttentionTokenHandler(connection, request);
    expect(connection.createTokenStreamParser(silentMessage(), attention)).toBeInstanceOf(Parser);
  });

  it('leaves other requests and the login to tedious', () => {
    const connection = idleConnection();
    const request = new Request('SELECT 1', () => {});
    const handler = new RequestTokenHandler(connection, request);
    expect(connection.createTokenStreamParser(silentMessage(), handler)).toBeInstanceOf(Parser);
    connection.request = request;
    expect(connection.createTokenStreamParser(silentMessage(), handler)).toBeInstanceOf(Parser);
  });
});

describe('a parser', () => {
  it.each([true, false])('is not heard once its connection has closed (a request of ours: %s)', async (isOurs) => {
    const { connection, request } = new AnsweredRequest();
    if (!isOurs) connection.request = new Request('SELECT 1', () => {});
    const message = new PassThrough();
    const handler = new RequestTokenHandler(connection, request);
    const parser = connection.createTokenStreamParser(message as unknown as Message, handler);
    const heard: string[] = [];
    parser.on('end', () => heard.push('end'));
    parser.on('error', () => heard.push('error'));
    connection.close();
    message.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
  });
});

describe('a connection that is not logged in', () => {
  it('is not clean, has nothing to cancel and runs nothing', async () => {
    const connection = idleConnection();
    expect(connection.isClean).toBe(false);
    await connection.cancelRunning();
    await expect(connection.runBatch('SET NOCOUNT OFF')).rejects.toMatchObject({ code: 'EINVALIDSTATE' });
  });
});
