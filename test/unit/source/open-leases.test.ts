import { expect, it } from '@jest/globals';
import { OpenLeases } from '../../../shared/source/open-leases.ts';

function lease() {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let abandoned = 0;
  const abandon = async (): Promise<void> => {
    abandoned += 1;
    resolve();
  };
  return { ended, abandon, end: resolve, abandonedTimes: () => abandoned };
}

it('abandons what is still open, aborts what waits, and lets nothing begin any more', async () => {
  const leases = new OpenLeases();
  const [open, done] = [lease(), lease()];
  const waiting = leases.signalFor('reading a.b', new AbortController().signal);
  leases.add(open);
  leases.add(done);
  done.end();
  await done.ended;
  await leases.close();
  expect([open.abandonedTimes(), done.abandonedTimes()]).toEqual([1, 0]);
  expect(waiting.reason).toMatchObject({ code: 'SOURCE_CLOSED' });
  expect(() => leases.signalFor('reading a.b', waiting)).toThrow('Failed reading a.b: the source was closed.');
});

it("passes the reader's own signal on", () => {
  const abort = new AbortController();
  const signal = new OpenLeases().signalFor('reading a.b', abort.signal);
  abort.abort(new Error('deadline'));
  expect(signal.reason).toMatchObject({ message: 'deadline' });
});
