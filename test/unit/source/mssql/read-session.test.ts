import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionPool } from '../../../../shared/source/mssql/sequelize-connection.ts';
import { EarlyTimeouts } from '../../../support/early-timeouts.ts';
import { idleSession, STALL_MS, unconnectedPool } from './idle-session.ts';

let pool: ConnectionPool;

beforeEach(() => {
  pool = unconnectedPool();
});

afterEach(async () => await pool.close(1_000));

const never = new Promise<never>(() => {});

describe('a step of a session', () => {
  it('gives its outcome', async () => {
    const { session } = idleSession(pool);
    expect(await session.run(async () => 7)).toBe(7);
    await session.abandon();
  });

  it('that fails abandons the session, as a typed error', async () => {
    const { session } = idleSession(pool);
    const step = session.run(() => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' })));
    await expect(step).rejects.toMatchObject({ code: 'CONNECTION_LOST', message: 'Failed reading t: gone.' });
    await session.ended;
  });

  it('that takes too long is a stall', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    const { session } = idleSession(pool);
    const step = expect(session.run(() => never)).rejects.toMatchObject({ code: 'SOURCE_STALLED', retry: 'transient' });
    await silence.elapse();
    await step;
    await session.ended;
  });

  it('ends with the reason of the signal', async () => {
    const { session, abort } = idleSession(pool);
    const step = expect(session.run(() => never)).rejects.toThrow('deadline');
    abort.abort(new Error('deadline'));
    await step;
    await session.ended;
  });
});

describe('the end of a session', () => {
  it.each([true, false])('never keeps a connection that is not logged in (reusable: %s)', async (isReusable) => {
    const { session, connection } = idleSession(pool);
    await session.release(isReusable);
    await session.ended;
    expect([connection.closed, connection.state]).toEqual([true, connection.STATE.FINAL]);
  });

  it('comes once, however often it is asked for', async () => {
    const { session, abort } = idleSession(pool);
    await Promise.all([session.abandon(), session.release(true), session.abandon()]);
    abort.abort(new Error('late'));
    await session.ended;
  });

  it('comes with the signal by itself', async () => {
    const { session, connection, abort } = idleSession(pool);
    abort.abort(new Error('deadline'));
    await session.ended;
    expect(connection.closed).toBe(true);
  });
});
