import { afterEach, describe, expect, it } from '@jest/globals';
import { ISOLATION_LEVEL } from 'tedious';
import { called, run, TdsRig } from './tds-client.ts';

const rig = new TdsRig();
afterEach(async () => {
  await rig.close();
});

describe('a transaction', () => {
  it.each(['commitTransaction', 'rollbackTransaction'] as const)(
    'begins, holds requests and ends by %s',
    async (end) => {
      const server = await rig.server();
      const connection = await rig.connect(server);
      await called((done) => connection.beginTransaction(done, 'read', ISOLATION_LEVEL.SNAPSHOT));
      expect(server.sessions[0]!.inTransaction).toBe(true);
      expect((connection as unknown as { inTransaction: boolean }).inTransaction).toBe(true);
      expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3, error: undefined });
      await called((done) => connection[end](done));
      expect((connection as unknown as { inTransaction: boolean }).inTransaction).toBe(false);
      expect(server.sessions[0]).toMatchObject({
        inTransaction: false,
        transactionSteps: ['begin', end === 'commitTransaction' ? 'commit' : 'rollback'],
        isolation: 'snapshot',
      });
      expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3 });
    },
  );

  it('goes back to a savepoint without ending', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    await called((done) => connection.beginTransaction(done, 'outer'));
    await called((done) => connection.saveTransaction(done, 'half'));
    await called((done) => connection.rollbackTransaction(done, 'half'));
    expect(server.sessions[0]!.inTransaction).toBe(true);
    await called((done) => connection.rollbackTransaction(done, 'outer'));
    expect(server.sessions[0]).toMatchObject({
      inTransaction: false,
      transactionSteps: ['begin', 'save', 'rollback', 'rollback'],
    });
  });

  it('that is none cannot be committed, rolled back or saved', async () => {
    const connection = await rig.connect(await rig.server());
    const ends = [
      called((done) => connection.commitTransaction(done)).catch((error: { number: number }) => error.number),
    ];
    expect(await Promise.all(ends)).toEqual([3902]);
    await expect(called((done) => connection.rollbackTransaction(done))).rejects.toMatchObject({ number: 3903 });
    await expect(called((done) => connection.saveTransaction(done, 'half'))).rejects.toMatchObject({ number: 628 });
    expect(await run(connection, 'SELECT id')).toMatchObject({ rowCount: 3 });
  });

  it('within a transaction ends with it', async () => {
    const server = await rig.server();
    const connection = await rig.connect(server);
    for (let depth = 0; depth < 2; depth++) await called((done) => connection.beginTransaction(done));
    await called((done) => connection.commitTransaction(done));
    expect(server.sessions[0]!.inTransaction).toBe(true);
    await called((done) => connection.commitTransaction(done));
    expect(server.sessions[0]!.inTransaction).toBe(false);
  });
});
