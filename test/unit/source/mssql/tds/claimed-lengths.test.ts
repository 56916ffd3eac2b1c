import { describe, expect, it } from '@jest/globals';
import { colMetadata } from '../../../../support/tds/tokens.ts';
import type { WireType } from '../../../../support/tds/wire-types.ts';
import { reading } from './decoding.ts';

const MEBIBYTE = 1024 * 1024;
const LIMIT = 8 * MEBIBYTE;
const LIMITS = { batchRows: 4, maxValueBytes: LIMIT };

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** By layout: a type, and what stands before a value of so many bytes. */
const CLAIMS: readonly (readonly [string, WireType, (bytes: number) => Buffer])[] = [
  ['text', { kind: 'text' }, (bytes) => Buffer.concat([Buffer.of(16), Buffer.alloc(24), uint32(bytes)])],
  ['sql_variant', { kind: 'sql_variant' }, uint32],
  ['varbinary(max) of known length', { kind: 'varbinary', length: 'max' }, uint64],
  [
    'varbinary(max) in one chunk',
    { kind: 'varbinary', length: 'max' },
    (bytes) => Buffer.concat([Buffer.from('feffffffffffffff', 'hex'), uint32(bytes)]),
  ],
];

function begun(type: WireType, head: Buffer) {
  const columns = [
    { name: 'id', type: { kind: 'int' } as const },
    { name: 'v', type },
  ];
  const { reader } = reading(LIMITS, ['id']);
  reader.push(colMetadata(columns));
  reader.push(Buffer.from('d1042a000000', 'hex'));
  return { reader, push: () => reader.push(head) };
}

describe.each(CLAIMS)('a %s', (_, type, claim) => {
  it.each([LIMIT + 1, 0x7fff_ffff, 0xffff_fff0])(
    'that claims %i bytes is refused before they come, with its row',
    (bytes) => {
      const { push } = begun(type, claim(bytes));
      expect(push).toThrow(
        expect.objectContaining({
          code: 'VALUE_TOO_LARGE',
          retry: 'permanent',
          message: expect.stringMatching(/^Column "v" .*\d+ bytes in row 1 \(id = 42\)/),
        }),
      );
    },
  );

  it('that claims all that is allowed and ends early takes no more memory than that', () => {
    const held = process.memoryUsage().arrayBuffers;
    const { reader, push } = begun(type, claim(LIMIT));
    push();
    for (let sent = 0; sent < MEBIBYTE; sent += 4096) reader.push(Buffer.alloc(4096, 1));
    expect(process.memoryUsage().arrayBuffers - held).toBeLessThan(3 * LIMIT);
    expect(() => reader.finish()).toThrow(expect.objectContaining({ code: 'TDS_TRUNCATED' }));
  });
});

describe('chunks without end', () => {
  it('are refused once they come to more than is allowed', () => {
    const { reader, push } = begun({ kind: 'varbinary', length: 'max' }, Buffer.from('feffffffffffffff', 'hex'));
    push();
    const chunk = Buffer.concat([uint32(8000), Buffer.alloc(8000)]);
    let sent = 0;
    const flood = () => {
      for (; sent < 2 * LIMIT; sent += 8000) reader.push(chunk);
    };
    expect(flood).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }));
    expect(sent).toBeLessThan(LIMIT + MEBIBYTE);
  });
});
