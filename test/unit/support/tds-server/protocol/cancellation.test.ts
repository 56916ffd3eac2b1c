import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EarlyTimeouts } from '../../../../support/early-timeouts.ts';
import { eventually } from '../../../../support/eventually.ts';
import { CA_PEM, CERTIFICATE, ids, run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
afterEach(async () => {
  await rig.close();
});

const ENDLESS = 1_000_000_000;
const REQUEST_MS = 120_004;

describe('an attention', () => {
  it.each([
    ['bare', {}, {}],
    ['through TLS', { tls: CERTIFICATE }, { encrypt: true, cryptoCredentialsDetails: { ca: CA_PEM } }],
  ])('stops an answer that would not end, and the connection goes on, %s', async (_, serverOptions, options) => {
    let returned = 0;
    const server = await rig.server({
      *answer({ sql }) {
        try {
          yield* ids(sql === 'all' ? ENDLESS : 2);
        } finally {
          returned++;
        }
      },
      ...serverOptions,
    });
    const connection = await rig.connect(server, options);
    for (let round = 1; round <= 3; round++) {
      const cancelled = await run(connection, 'all', { onRow: (request, rows) => rows === 100 && request.cancel() });
      expect(cancelled.error).toMatchObject({ code: 'ECANCEL' });
      expect(await run(connection, 'two')).toMatchObject({ rows: [[1], [2]], error: undefined });
      expect(returned).toBe(round * 2);
    }
    expect(server.sessions).toHaveLength(1);
    expect(server.sessions[0]).toMatchObject({ attentions: 3, open: true });
    expect(server.problems).toEqual([]);
  });

  it('stops an answer that waits for something before its first token', async () => {
    const server = await rig.server({
      async *answer({ sql }) {
        if (sql === 'slow') await sleep(600_000, undefined, { ref: false });
        yield* ids(1);
      },
    });
    const connection = await rig.connect(server);
    const cancelled = await run(connection, 'slow', { onSent: (request) => setTimeout(() => request.cancel(), 100) });
    expect(cancelled.error).toMatchObject({ code: 'ECANCEL' });
    expect(await run(connection, 'quick')).toMatchObject({ rowCount: 1 });
  });

  it('that comes when the answer is over is acknowledged all the same', async () => {
    const server = await rig.server({ answer: () => ids(1) });
    const connection = await rig.connect(server);
    const outcome = await run(connection, 'one', { onRow: (request) => request.cancel() });
    expect(outcome.error).toMatchObject({ code: 'ECANCEL' });
    expect(server.sessions[0]!.attentions).toBe(1);
    expect(await run(connection, 'two')).toMatchObject({ rowCount: 1, error: undefined });
  });

  it('follows from a time-out of the client', async () => {
    const server = await rig.server({
      async *answer({ sql }) {
        if (sql === 'slow') await sleep(600_000, undefined, { ref: false });
        yield* ids(1);
      },
    });
    using patience = new EarlyTimeouts(REQUEST_MS);
    const connection = await rig.connect(server, { requestTimeout: REQUEST_MS });
    const slow = run(connection, 'slow');
    await eventually(() => server.sessions[0]!.requests.length === 1);
    await patience.elapse();
    expect((await slow).error).toMatchObject({ code: 'ETIMEOUT' });
    expect(server.sessions[0]!.attentions).toBe(1);
    expect(await run(connection, 'quick')).toMatchObject({ rowCount: 1 });
  });

  it('is not needed for a request that the client gave up while sending it', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    const ignored = await run(connection, `SELECT '${'x'.repeat(500_000)}'`, { onSent: (request) => request.cancel() });
    expect(ignored.error).toMatchObject({ code: 'ECANCEL' });
    expect(server.sessions[0]).toMatchObject({ attentions: 0, requests: [] });
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3 });
  });

  it('can be ignored by order of a test', async () => {
    const server = await rig.server({ answer: ({ sql }) => ids(Number(sql)) });
    server.faults.ignoreAttention({ matching: /^5000$/ });
    const connection = await rig.connect(server, { cancelTimeout: 300 });
    const started = performance.now();
    const outcome = await run(connection, '5000', { onRow: (request, rows) => rows === 1 && request.cancel() });
    expect(outcome.error).toMatchObject({ code: 'ETIMEOUT', message: /Failed to cancel request in 300ms/ });
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
    await eventually(() => !server.sessions[0]!.open);
    expect(server.sessions[0]!.attentions).toBe(1);
  });
});

describe('a client that leaves', () => {
  it('ends its answer, which is told', async () => {
    let returned = false;
    const server = await rig.server({
      *answer() {
        try {
          yield* ids(ENDLESS);
        } finally {
          returned = true;
        }
      },
    });
    const connection = await rig.connect(server);
    const outcome = await run(connection, 'all', { onRow: (_, rows) => rows === 100 && connection.close() });
    expect(outcome.error).toMatchObject({ code: 'ECLOSE' });
    await eventually(() => !server.sessions[0]!.open && returned);
    expect(server.problems).toEqual([]);
  });
});
