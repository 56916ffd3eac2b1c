import { describe, expect, it } from '@jest/globals';
import { ByteBuffer } from '../../../../shared/format/text/byte-buffer.ts';

describe('ByteBuffer', () => {
  it('grows as needed and keeps the order', () => {
    const buffer = new ByteBuffer(4);
    buffer.ascii('abc');
    buffer.byte(0x2c);
    buffer.ascii('0123456789'.repeat(10));
    buffer.copy(Buffer.from('é'));
    expect(Buffer.from(buffer.take()).toString()).toBe(`abc,${'0123456789'.repeat(10)}é`);
  });

  it('gives its bytes away for good', () => {
    const buffer = new ByteBuffer(16);
    buffer.ascii('first');
    const first = buffer.take();
    buffer.ascii('other');
    expect(Buffer.from(first).toString()).toBe('first');
    expect(buffer.length).toBe(5);
  });

  it('copies nothing when a special byte is met', () => {
    const buffer = new ByteBuffer(16);
    const special = new Uint8Array(256);
    special[0x22] = 1;
    expect(buffer.copyPlain(Buffer.from('xab"'), 1, 4, special)).toBe(false);
    expect(buffer.length).toBe(0);
    expect(buffer.copyPlain(Buffer.from('xab"'), 1, 3, special)).toBe(true);
    expect(Buffer.from(buffer.take()).toString()).toBe('ab');
  });
});
