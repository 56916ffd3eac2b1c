import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Field, Schema } from 'apache-arrow';
import type pg from 'pg';
import { mappingFor } from '../../../../shared/source/postgres/column-types.ts';
import { CopyDecoder } from '../../../../shared/source/postgres/copy-decoder.ts';
import { CopyReader } from '../../../../shared/source/postgres/copy-reader.ts';
import type { CopyResponse } from '../../../../shared/source/postgres/copy-response.ts';
import type { ReadSession } from '../../../../shared/source/postgres/read-session.ts';
import { copyData, header, int32, message, row, TRAILER } from './copy-bytes.ts';

const STALL_MS = 1_000;
const HOUR_MS = 3_600_000;
const BATCH_ROWS = 2;

let socket: Duplex;
let sent: string[];
let driverGot: Buffer[];
let response: CopyResponse;
let reader: CopyReader;
let abort: AbortController;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  abort = new AbortController();
  sent = [];
  driverGot = [];
  socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  socket.on('data', (chunk: Buffer) => driverGot.push(chunk));
  const query = (submitted: CopyResponse): void => {
    response = submitted;
    expect(submitted.submit({ stream: socket, query: (text: string) => sent.push(text) } as never)).toBeUndefined();
  };
  const session = { where: 'reading t', connection: { query } as unknown as pg.Client } as unknown as ReadSession;
  const reading = { stallTimeoutMs: STALL_MS, signal: abort.signal };
  reader = new CopyReader(session, 'COPY t TO STDOUT', decoder(), reading);
});

afterEach(() => {
  reader.close();
  jest.useRealTimers();
});

function decoder(): CopyDecoder {
  const mapping = mappingFor(23, -1, false);
  const { type } = mapping;
  const shape = { name: 'id', sourceType: 'integer', type };
  const limits = { batchRows: BATCH_ROWS, batchBytes: 1_000_000, maxValueBytes: 1_000 };
  return new CopyDecoder(new Schema([new Field('id', type, true)]), [mapping.builder(shape, BATCH_ROWS)], limits);
}

const rows = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, i) => copyData(row(int32(i)))));
const END = Buffer.concat([copyData(TRAILER), message('c')]);
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** As the network does it, and as long as it takes until all was looked at. */
async function arrive(...pieces: Buffer[]): Promise<void> {
  socket.push(Buffer.concat(pieces));
  await turn();
}

const stalled = {
  name: 'SourceError',
  code: 'SOURCE_STALLED',
  retry: 'transient',
  message: 'Failed reading t: the server sent nothing for 1000 ms.',
};

describe('the rows', () => {
  it('come as full batches, the rest behind the end', async () => {
    await arrive(copyData(header()), rows(3), END);
    expect(sent).toEqual(['COPY t TO STDOUT']);
    expect((await reader.next())!.numRows).toBe(2);
    expect(await reader.next()).toBeUndefined();
    expect(reader.lastBatch!.numRows).toBe(1);
  });

  it('leave the driver what follows them, and only that', async () => {
    const behind = Buffer.concat([message('C', Buffer.from('COPY 3\0')), message('Z', Buffer.from('T'))]);
    await arrive(copyData(header()), rows(3), END, behind.subarray(0, 9));
    await arrive(behind.subarray(9));
    expect(Buffer.concat(driverGot)).toEqual(Buffer.concat([message('c'), behind]));
    expect(socket.listenerCount('data')).toBe(1);
    response.handleCommandComplete({ text: 'COPY 3' });
    expect(reader.serverRowCount).toBe(3);
  });

  it('hold the socket back while two batches wait', async () => {
    await arrive(copyData(header()), rows(4));
    expect(socket.isPaused()).toBe(true);
    await reader.next();
    await turn();
    expect(socket.isPaused()).toBe(false);
  });
});

describe('a failure', () => {
  it('of the server goes to the driver, whose error is thrown', async () => {
    const refused = message('E', Buffer.from('SERROR\0\0'));
    await arrive(copyData(header()), rows(1), refused);
    expect(Buffer.concat(driverGot)).toEqual(refused);
    const failed = expect(reader.next()).rejects.toThrow('division by zero');
    response.handleError(new Error('division by zero'));
    await failed;
  });

  it('of the rows is thrown, and nothing more is read', async () => {
    const failed = expect(reader.next()).rejects.toMatchObject({ code: 'COPY_MALFORMED' });
    await arrive(copyData(header()), copyData(row(null, null)));
    await failed;
    expect(socket.isPaused()).toBe(true);
  });

  it('is an end before the trailer', async () => {
    const failed = expect(reader.next()).rejects.toMatchObject({ code: 'COPY_TRUNCATED' });
    await arrive(copyData(header()), rows(1), message('c'));
    await failed;
  });

  it('of the connection is thrown, behind the end too', async () => {
    await arrive(copyData(header()), rows(1), END);
    expect(await reader.next()).toBeUndefined();
    response.handleError(new Error('lost'));
    expect(() => reader.throwIfFailed()).toThrow('lost');
  });

  it('is a driver that reads its socket in another way', () => {
    socket.on('data', () => {});
    const failure = response.submit({ stream: socket, query: () => {} } as never);
    expect(failure?.message).toMatch(/by 2 listeners, not by one/);
  });
});

describe('the watch over a silent server', () => {
  it('ends the wait after the stall time-out', async () => {
    const waiting = reader.next();
    await jest.advanceTimersByTimeAsync(STALL_MS - 1);
    expect(jest.getTimerCount()).toBe(1);
    const refused = expect(waiting).rejects.toMatchObject(stalled);
    await jest.advanceTimersByTimeAsync(1);
    await refused;
  });

  it('starts anew with everything the server sends', async () => {
    const waiting = reader.next();
    await arrive(copyData(header()));
    for (let n = 0; n < BATCH_ROWS; n++) {
      await jest.advanceTimersByTimeAsync(STALL_MS - 1);
      await arrive(rows(1));
    }
    expect((await waiting)!.numRows).toBe(BATCH_ROWS);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not run while the consumer is busy, however long', async () => {
    await arrive(copyData(header()), rows(2));
    await reader.next();
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    const waiting = reader.next();
    await jest.advanceTimersByTimeAsync(STALL_MS - 1);
    await arrive(rows(2));
    expect((await waiting)!.numRows).toBe(2);
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    await arrive(END);
    expect(await reader.next()).toBeUndefined();
  });

  it('ends with the signal', async () => {
    const aborted = expect(reader.next()).rejects.toThrow('deadline');
    abort.abort(new Error('deadline'));
    await aborted;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends with a failure of the connection', async () => {
    const failed = expect(reader.next()).rejects.toThrow('lost');
    response.handleError(new Error('lost'));
    await failed;
    expect(jest.getTimerCount()).toBe(0);
  });
});
