import { describe, expect, it } from '@jest/globals';
import { ByteBuffer } from '../../../../shared/format/text/byte-buffer.ts';
import { fixedBytes } from '../../../../shared/format/text/fixed-bytes.ts';

const special = new Uint8Array(256);
special[0x22] = 1;

function viewOf(text: string): DataView {
  const { buffer, byteOffset, byteLength } = Buffer.from(text);
  return new DataView(buffer, byteOffset, byteLength);
}

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
    const source = viewOf('xab"');
    expect(buffer.copyPlain(source, 1, 4, special)).toBe(false);
    expect(buffer.length).toBe(0);
    expect(buffer.copyPlain(source, 1, 3, special)).toBe(true);
    expect(Buffer.from(buffer.take()).toString()).toBe('ab');
  });

  it.each(Array.from({ length: 14 }, (_, length) => length))(
    'copies a run of %d bytes up to a quote anywhere',
    (length) => {
      for (let place = 0; place <= length; place++) {
        const text = Array.from('ab,d\\fé\thijklmn').slice(0, length).join('');
        const quoted = `>${text.slice(0, place)}"${text.slice(place)}<`;
        const buffer = new ByteBuffer(1);
        const from = Buffer.byteLength(quoted.slice(0, 1));
        const end = Buffer.byteLength(quoted.slice(0, place + 1));
        expect(buffer.copyRun(viewOf(quoted), from, Buffer.byteLength(quoted), special)).toBe(end);
        expect(Buffer.from(buffer.take()).toString()).toBe(text.slice(0, place));
      }
    },
  );

  it('repeats fixed bytes of every length', () => {
    const buffer = new ByteBuffer(1);
    const texts = ['', ',', '{"id":', ',"żółw":', '\r\n', '1234'];
    for (const text of texts) buffer.fixed(fixedBytes(text));
    expect(Buffer.from(buffer.take()).toString()).toBe(texts.join(''));
  });
});
