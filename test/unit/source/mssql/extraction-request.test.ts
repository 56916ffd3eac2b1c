import { expect, it } from '@jest/globals';
import { AnsweredRequest } from './extraction-rig.ts';

it('claims the first response only: the second one acknowledges a cancellation', () => {
  const { request } = new AnsweredRequest();
  expect([request.claimResponse(), request.claimResponse(), request.claimResponse()]).toEqual([true, false, false]);
});

it('tells the feed how it ended', async () => {
  const failed = new AnsweredRequest();
  failed.request.callback(new Error('lost'));
  await expect(failed.feed.next()).rejects.toThrow('lost');
  const whole = new AnsweredRequest();
  whole.request.callback(undefined, 0, []);
  expect(await whole.feed.next()).toBeUndefined();
});

it('stops the feed when it is cancelled, and stays cancelled for it', () => {
  const { request, feed } = new AnsweredRequest();
  let cancelled = 0;
  request.on('cancel', () => {
    cancelled += 1;
  });
  request.cancel();
  request.cancel();
  expect([cancelled, feed.stopped, request.canceled]).toEqual([1, true, true]);
});

it('fails in a connection that cannot take it', async () => {
  const { connection, request, feed } = new AnsweredRequest();
  connection.request = undefined;
  connection.execSqlBatch(request);
  await expect(feed.decoder()).rejects.toMatchObject({ code: 'EINVALIDSTATE' });
});
