import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** What we rely on and pg does not promise. Should this fail after an upgrade, read its changes before anything else. */
const PINNED = '8.23.1';

let db: TestPostgres;
let client: pg.Client;

beforeAll(async () => {
  db = await startTestPostgres();
});

beforeEach(async () => {
  const { host, port, user, password, database } = db;
  client = new pg.Client({ host, port, user, password, database });
  await client.connect();
});

afterEach(async () => await client.end());
afterAll(async () => await db?.close());

/** A query of our own, as pg takes it; notes what it is told. */
class Submitted implements pg.Submittable {
  readonly told: unknown[] = [];
  readonly ready = Promise.withResolvers<void>();
  readonly #sql: string;

  constructor(sql: string) {
    this.#sql = sql;
  }

  submit(connection: pg.Connection): void {
    this.told.push(`${connection.stream.listenerCount('data')} listener`);
    connection.query(this.#sql);
  }

  handleCopyData(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.told.push(text);
  }

  handleError(error: Error): void {
    this.told.push(error.message);
  }

  handleReadyForQuery(): void {
    this.ready.resolve();
  }
}

it('is the very version that was read and tried', () => {
  const packageJson = JSON.parse(readFileSync('package.json', 'utf8'));
  const installed = JSON.parse(readFileSync('node_modules/pg/package.json', 'utf8'));
  expect([packageJson.dependencies.pg, installed.version]).toEqual([PINNED, PINNED]);
});

describe('a query of our own', () => {
  it('is submitted with the connection, whose socket has one listener for data, and told the tag and the end', async () => {
    const query = client.query(new Submitted('COPY (SELECT generate_series(1, 3)) TO STDOUT (FORMAT binary)'));
    await query.ready.promise;
    expect(query.told).toEqual(['1 listener', 'COPY 3']);
  });

  it('is told of an error by handleError', async () => {
    const query = client.query(new Submitted('COPY (SELECT 1 / 0) TO STDOUT (FORMAT binary)'));
    await client.query('SELECT 1');
    expect(query.told).toEqual(['1 listener', 'division by zero']);
  });

  it('gets what submit returns by handleError', async () => {
    const refusing = new Submitted('');
    refusing.submit = () => new Error('not now');
    client.query(refusing);
    await client.query('SELECT 1');
    expect(refusing.told).toEqual(['not now']);
  });
});

it('what is handed to the listener is read as if it came from the socket', async () => {
  const [listener] = client.connection.stream.listeners('data') as ((chunk: Buffer) => void)[];
  const notice = new Promise<{ message?: string | undefined }>((resolve) => client.once('notice', resolve));
  const body = Buffer.from('SNOTICE\0Mhello\0\0');
  const head = Buffer.from('N\0\0\0\0');
  head.writeInt32BE(body.length + 4, 1);
  listener!.call(client.connection.stream, Buffer.concat([head, body]));
  expect((await notice).message).toBe('hello');
});
