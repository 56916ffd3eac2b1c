import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CopyToStreamQuery } from 'pg-copy-streams';
import { CopyReader } from '../../../../shared/source/postgres/copy-reader.ts';
import type { ReadSession } from '../../../../shared/source/postgres/read-session.ts';

const STALL_MS = 1_000;
const HOUR_MS = 3_600_000;

let copy: CopyToStreamQuery;
let reader: CopyReader;
let abort: AbortController;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  abort = new AbortController();
  const connection = { query: (sent: CopyToStreamQuery) => (copy = sent) };
  const session = { where: 'reading t', connection } as unknown as ReadSession;
  reader = new CopyReader(session, 'COPY t TO STDOUT', STALL_MS, abort.signal);
});

afterEach(() => {
  jest.useRealTimers();
});

const stalled = {
  name: 'SourceError',
  code: 'SOURCE_STALLED',
  retry: 'transient',
  message: 'Failed reading t: the server sent nothing for 1000 ms.',
};

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
    for (let n = 0; n < 5; n++) {
      const waiting = reader.next();
      await jest.advanceTimersByTimeAsync(STALL_MS - 1);
      copy.push(Buffer.from([n]));
      expect(await waiting).toEqual(Buffer.from([n]));
    }
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not run while the consumer is busy, however long', async () => {
    copy.push(Buffer.from('a'));
    expect(await reader.next()).toEqual(Buffer.from('a'));
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    const waiting = reader.next();
    await jest.advanceTimersByTimeAsync(STALL_MS - 1);
    copy.push(Buffer.from('b'));
    expect(await waiting).toEqual(Buffer.from('b'));
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    copy.push(null);
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
    copy.emit('error', new Error('lost'));
    await failed;
    expect(jest.getTimerCount()).toBe(0);
  });
});
