import { describe, expect, it } from '@jest/globals';
import { Bucket } from './aws/bucket.ts';
import { MessageQueue } from './aws/message-queue.ts';
import { Chance } from './world/chance.ts';
import { EventLoop } from './world/event-loop.ts';

const ONCE = { ifNoneMatch: '*' };
const NOTHING_CLAIMED = { crc32: undefined, bytes: undefined };

function bucketWithNotes() {
  const written: string[] = [];
  const bucket = new Bucket((key, _object, replaced) => {
    written.push(replaced === undefined ? key : `${key} again`);
  });
  return { bucket, written };
}

const put = (bucket: Bucket, text: string, conditions = {}) =>
  bucket.put('a', Buffer.from(text), {}, conditions, undefined);

const status = (wanted: number) => expect.objectContaining({ $metadata: { httpStatusCode: wanted } });

describe('the simulated bucket', () => {
  it('writes on conditions', () => {
    const { bucket, written } = bucketWithNotes();
    const first = put(bucket, 'one', ONCE);
    expect(() => put(bucket, 'two', ONCE)).toThrow(status(412));
    const second = put(bucket, 'two', { ifMatch: first.etag });
    expect(() => put(bucket, 'three', { ifMatch: first.etag })).toThrow(status(412));
    expect(bucket.get('a')).toBe(second);
    expect(written).toEqual(['a', 'a again']);
  });

  it('shows an upload when it completes, whole', () => {
    const { bucket } = bucketWithNotes();
    const uploadId = bucket.startUpload('a', { who: 'me' });
    const etags = ['one ', 'two'].map((text, index) =>
      bucket.uploadPart(uploadId, index + 1, Buffer.from(text), undefined),
    );
    const parts = etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }));
    expect(() => bucket.get('a')).toThrow(status(404));
    expect(() => bucket.completeUpload(uploadId, parts.slice(1), ONCE, NOTHING_CLAIMED)).toThrow(status(400));
    expect(() => bucket.completeUpload(uploadId, parts, ONCE, { crc32: undefined, bytes: 3 })).toThrow(status(400));
    expect(() => bucket.completeUpload(uploadId, parts, ONCE, { crc32: 'AAAAAA==', bytes: 7 })).toThrow(status(400));
    expect(bucket.completeUpload(uploadId, parts, ONCE, { crc32: undefined, bytes: 7 }).body.toString()).toBe(
      'one two',
    );
    expect(bucket.get('a').metadata).toEqual({ who: 'me' });
    expect(() => bucket.completeUpload(uploadId, parts, ONCE, NOTHING_CLAIMED)).toThrow(status(404));
  });

  it('refuses to complete an upload where an object stands', () => {
    const { bucket } = bucketWithNotes();
    const uploadId = bucket.startUpload('a', {});
    const ETag = bucket.uploadPart(uploadId, 1, Buffer.from('late'), undefined);
    put(bucket, 'early');
    const complete = () => bucket.completeUpload(uploadId, [{ PartNumber: 1, ETag }], ONCE, NOTHING_CLAIMED);
    expect(complete).toThrow(status(412));
    expect(bucket.get('a').body.toString()).toBe('early');
  });
});

describe('the simulated queue', () => {
  function queues(maxReceives: number) {
    const loop = new EventLoop(0);
    const chance = new Chance(1, 'queue');
    const dead = new MessageQueue('dead', loop, chance);
    const queue = new MessageQueue('queue', loop, chance, { target: dead, maxReceives });
    return { loop, queue, dead };
  }

  it('hides a message until its time, then delivers it again', () => {
    const { loop, queue } = queues(9);
    queue.send('a');
    expect(queue.receive(10, 30).map(({ receives }) => receives)).toEqual([1]);
    loop.nowMs = 29_999;
    expect(queue.receive(10, 30)).toEqual([]);
    loop.nowMs = 30_000;
    expect(queue.receive(10, 30).map(({ receives }) => receives)).toEqual([2]);
  });

  it('delivers a message twice that nobody hides', () => {
    const { queue } = queues(9);
    queue.send('a');
    expect([...queue.receive(1, 0), ...queue.receive(1, 0)].map(({ body }) => body)).toEqual(['a', 'a']);
  });

  it('moves a message to the dead letters when it was received too often', () => {
    const { queue, dead } = queues(2);
    queue.send('a');
    for (const expected of [1, 1, 0]) expect(queue.receive(1, 0)).toHaveLength(expected);
    expect([queue.messages.size, dead.messages.size]).toEqual([0, 1]);
  });

  it('forgets what is deleted, and keeps what is delayed out of sight', () => {
    const { loop, queue } = queues(9);
    queue.send('gone');
    queue.delete(queue.receive(1, 30)[0]!.receiptHandle);
    queue.send('later', {}, 60);
    expect(queue.receive(10, 30)).toEqual([]);
    loop.nowMs = 60_000;
    expect(queue.receive(10, 30).map(({ body }) => body)).toEqual(['later']);
  });
});
