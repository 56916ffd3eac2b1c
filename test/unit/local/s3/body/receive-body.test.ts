import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ReceivedBody, receiveBody } from '../../../../../local/s3/body/receive-body.ts';

const CRC32 = 'y/Q5Jg==';

/** Receives a body that comes in pieces of the given sizes. */
async function receive(
  headers: Record<string, string>,
  wire: string | Buffer,
  pieceBytes = 1_000_000,
): Promise<ReceivedBody & { bytes: Buffer }> {
  const bytes = Buffer.from(wire);
  async function* body(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const written: Uint8Array[] = [];
  const sink = {
    async write(piece: Uint8Array): Promise<void> {
      written.push(Buffer.from(piece));
    },
  };
  const received = await receiveBody({ headers, body: body() }, sink);
  return { ...received, bytes: Buffer.concat(written) };
}

function refused(headers: Record<string, string>, wire: string): Promise<unknown> {
  return receive(headers, wire).then(
    () => 'received',
    (thrown: { code?: string }) => thrown.code,
  );
}

const UNSIGNED = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'content-encoding': 'aws-chunked',
  'x-amz-trailer': 'x-amz-checksum-crc32',
  'x-amz-decoded-content-length': '9',
};

describe('a body as it comes', () => {
  it('is written as it is and counted', async () => {
    const received = await receive({ 'content-length': '9' }, '123456789', 2);
    expect(received.bytes.toString()).toBe('123456789');
    expect(received.sizeBytes).toBe(9);
    expect(received.md5).toEqual(createHash('md5').update('123456789').digest());
    expect(received.checksum).toBeUndefined();
  });

  it('needs a length, which must be true', async () => {
    expect(await refused({}, 'x')).toBe('MissingContentLength');
    expect(await refused({ 'content-length': 'x' }, 'x')).toBe('InvalidRequest');
    expect(await refused({ 'content-length': '2' }, 'x')).toBe('IncompleteBody');
    expect(await refused({ 'content-length': String(5 * 1024 ** 3 + 1) }, 'x')).toBe('EntityTooLarge');
  });

  it.each([
    [{ 'x-amz-checksum-crc32': CRC32, 'x-amz-checksum-sha1': 'x' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': `${CRC32}junk` }, 'InvalidRequest'],
    [{ 'x-amz-checksum-xxhash3': CRC32 }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    [{ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    [{ 'content-md5': 'AAAA' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': CRC32, 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'received'],
    [{ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' }, 'received'],
  ])('with %j is %s', async (headers, expected) => {
    expect(await refused({ 'content-length': '9', ...headers }, '123456789')).toBe(expected);
  });
});

describe('an aws-chunked body', () => {
  it('is decoded however the network cuts it', async () => {
    const wire = `4\r\n1234\r\n5;chunk-signature=ab\r\n56789\r\n0\r\nx-amz-checksum-crc32:${CRC32}\r\n\r\n`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: wire.length }), async (pieceBytes) => {
        const received = await receive(UNSIGNED, wire, pieceBytes);
        expect(received.bytes.toString()).toBe('123456789');
        expect(received.checksum).toEqual({ algorithm: 'crc32', value: CRC32 });
      }),
    );
  });

  it('may be signed, with a trailer or without', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '3',
    };
    const wire = '3;chunk-signature=aa\r\nabc\r\n0;chunk-signature=bb\r\n\r\n';
    expect((await receive(headers, wire)).bytes.toString()).toBe('abc');
    const signedTrailer = `9;chunk-signature=aa\r\n123456789\r\n0;chunk-signature=bb\r\nx-amz-checksum-crc32:${CRC32}\r\nx-amz-trailer-signature:cc\r\n\r\n`;
    expect((await receive(UNSIGNED, signedTrailer)).checksum?.value).toBe(CRC32);
  });

  it('may be empty, and may hold what looks like its own frames', async () => {
    const empty = { ...UNSIGNED, 'x-amz-decoded-content-length': '0' };
    expect((await receive(empty, '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).sizeBytes).toBe(0);
    const tricky = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '7',
    };
    expect((await receive(tricky, '7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n', 1)).bytes.toString()).toBe('\r\n0\r\n\r\n');
  });

  it.each([
    ['a wrong checksum', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['no checksum where one is announced', '9\r\n123456789\r\n0\r\n\r\n', 'InvalidRequest'],
    ['too few bytes', `8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:${CRC32}\r\n\r\n`, 'IncompleteBody'],
    ['an early end in a chunk', '9\r\n1234', 'IncompleteBody'],
    ['an early end between chunks', '4\r\n1234\r\n', 'IncompleteBody'],
    ['a chunk longer than its size', '2\r\n1234\r\n0\r\n\r\n', 'IncompleteBody'],
    ['no size', 'zz\r\n1234\r\n0\r\n\r\n', 'IncompleteBody'],
    ['an endless chunk head', 'a'.repeat(40_000), 'IncompleteBody'],
    ['endless trailers', `9\r\n123456789\r\n0\r\n${'a:b\r\n'.repeat(100)}`, 'IncompleteBody'],
  ])('with %s is refused', async (_, wire, code) => {
    expect(await refused(UNSIGNED, wire)).toBe(code);
  });
});
