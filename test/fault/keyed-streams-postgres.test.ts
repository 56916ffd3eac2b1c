import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTcpProxy, type TcpProxy } from '../integration/postgres/tcp-proxy.ts';
import { EarlyTimeouts } from '../support/early-timeouts.ts';
import { eventually } from '../support/eventually.ts';
import { FaultFleet, FaultRun } from '../support/fault-fleet.ts';
import { ORDERS, orderLines, PART_ROWS, PostgresOrders, STRIKES_AT } from '../support/orders-databases.ts';

const TABLE = 'public.orders';
/** A row of COPY is about 30 bytes. */
const STALL_MS = 301_000;
const STRIKES_AT_BYTES = STRIKES_AT * 30;

let database: PostgresOrders;
let proxy: TcpProxy;
let fleet: FaultFleet;
/** What becomes of the server's next bytes. */
let rewrite: (chunk: Buffer) => Buffer;
const untouched = (chunk: Buffer) => chunk;
let isSilent = false;
const NOTHING = Buffer.alloc(0);

beforeAll(async () => {
  database = await PostgresOrders.start();
  await database.create('orders');
  proxy = await startTcpProxy(database.server, (chunk) => rewrite(chunk));
  fleet = await FaultFleet.start((place) => {
    const source = database.settings(place, { stall_timeout: `${STALL_MS / 1_000}s` }, { port: proxy.port });
    place.writeConfig({ [TABLE]: { format: 'csv', file_max_rows: PART_ROWS } }, source);
  });
});
afterAll(async () => {
  await fleet?.close();
  await proxy?.close();
  await database?.close();
});

/** From so many bytes on swallows everything, until a server greets on another connection. */
function fallSilentAfter(bytes: number): void {
  let passed = 0;
  isSilent = false;
  rewrite = (chunk) => {
    passed += chunk.length;
    if (passed < bytes) return chunk;
    isSilent = true;
    if (!chunk.includes('SCRAM-SHA-256\0')) return NOTHING;
    rewrite = untouched;
    return chunk;
  };
}

async function expectGoneOn(run: FaultRun): Promise<void> {
  expect(rewrite).toBe(untouched);
  const { parts } = await run.expectLanded(TABLE, orderLines(ORDERS));
  expect(parts.map(({ rows }) => rows)).toEqual([PART_ROWS, PART_ROWS, ORDERS - 2 * PART_ROWS]);
  // The first read was not in vain, and the last part is another's.
  expect(parts[2]!.read_id).not.toBe(parts[0]!.read_id);
  expect([await fleet.mails(), await fleet.letters(), await fleet.openUploads()]).toEqual([[], [], 0]);
}

describe('a keyed table of PostgreSQL', () => {
  it('whose connection is reset goes on behind the parts that landed', async () => {
    const { promise: isReset, resolve: release } = Promise.withResolvers<void>();
    const second = fleet.onS3({ operation: 'PutObject', key: /part-000-00001/ }, { kind: 'hold', until: isReset });
    fallSilentAfter(STRIKES_AT_BYTES);
    const running = fleet.run([TABLE]);
    await eventually(() => second.hits === 1);
    proxy.cut();
    release();
    await expectGoneOn(await running);
  });

  it('whose server falls silent goes on behind the parts that landed', async () => {
    using silence = new EarlyTimeouts(STALL_MS);
    fallSilentAfter(STRIKES_AT_BYTES);
    const running = fleet.run([TABLE]);
    // PostgreSQL is another process, which may be slow until then.
    await eventually(() => isSilent);
    await expectGoneOn(await silence.elapseInSilence(running));
  });

  it('that came with fewer rows than counted starts over in a run of its own', async () => {
    rewrite = (chunk) => {
      const at = chunk.indexOf(`COPY ${ORDERS}\0`);
      if (at < 0) return chunk;
      rewrite = untouched;
      chunk.write(`COPY ${ORDERS + 1}\0`, at);
      return chunk;
    };
    const run = await fleet.run([TABLE]);
    expect(rewrite).toBe(untouched);
    expect(await run.manifest(TABLE)).toBeUndefined();
    const failure = await run.failure(TABLE);
    expect(failure).toMatchObject({ error_code: 'PARTS_UNVERIFIED' });
    const restarted = /run (\S+);/.exec(failure!.remedy)![1]!;
    await new FaultRun(fleet, restarted, run.scheduledTimeMs).expectLanded(TABLE, orderLines(ORDERS));
    const [mail] = await fleet.mails();
    expect(mail!.subject).toBe(`Landfall: shop ${TABLE} did not land (PARTS_UNVERIFIED)`);
    expect([await fleet.letters(), await fleet.openUploads()]).toEqual([[], 0]);
  });
});
