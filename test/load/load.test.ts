import { describe, expect, it } from '@jest/globals';
import { wrongIn } from './load-report.ts';
import { thisProcess } from './own-process.ts';
import { runLoad, runSends } from './run-load.ts';

describe('a run of many tables', () => {
  it('sends ten thousand messages once, ten at a time, and notes them now and then', async () => {
    const options = { tables: 10_000, maximumConcurrency: 8 };
    const [first, again] = await runSends(options, thisProcess);
    expect([first.schedule.sent, first.queued, again.schedule.sent, again.queued]).toEqual([10_000, 10_000, 0, 10_000]);
    const {
      'sqs SendMessageBatch': batches,
      's3 LIST': lists = 0,
      's3 GET': reads = 0,
      's3 PUT': writes = 0,
    } = first.schedule.requests;
    expect(batches).toBe(1_000);
    expect(lists).toBe(3);
    // The plan, and a note after each hundred at the most, which is read before it is written.
    expect(reads + writes).toBeLessThan(2 * 110);
    expect(again.schedule.requests['sqs SendMessageBatch']).toBeUndefined();
  }, 240_000);

  it('lands each once, never more at the same time than its source allows, and is listed a few times', async () => {
    const options = { tables: 60, maximumConcurrency: 4 };
    const report = await runLoad(options, thisProcess, () => undefined);
    expect(wrongIn(options, report)).toEqual([]);
    expect([report.drain.mostInvocations, report.drain.mostSources]).toEqual([4, 4]);
    const {
      's3 LIST': lists = 0,
      's3 GET': reads = 0,
      's3 HEAD': looks = 0,
      's3 PUT': writes = 0,
    } = report.drain.requests;
    // Three folders for each table would be 180. A container looks twice at the end, and may find the run ended: it then
    // reads how all tables ended, and their attempts and the runs before them for the report.
    expect(lists).toBeLessThanOrEqual(options.maximumConcurrency * (2 * 3 + 5));
    expect(looks / options.tables).toBeLessThan(2 + 3 * 1.5);
    expect((reads + writes) / options.tables).toBeLessThan(30);
  }, 240_000);
});
