import { ConsistencyError } from '../../core/errors.ts';
import type { PageCodec } from './page-codec.ts';

/** A page's header has its sizes as signed 32 bits (parquet.thrift, PageHeader); what does not compress becomes a little larger. */
const PAGE_BODY_MAX_BYTES = 2 ** 31 - 2 ** 24;

/** A body that is compressed at the moment, or has been. */
export interface CompressedBody {
  readonly uncompressedBytes: number;
  /** Undefined until it is settled. */
  bytes: Uint8Array | undefined;
}

interface Waiting {
  readonly body: CompressedBody;
  readonly plainBytes: number;
  readonly compressed: Promise<Uint8Array>;
}

/**
 * Bodies on their way through the compressor, which works on other threads. They are settled in the order in which they
 * came, so that what is known of their sizes, and with it where row groups end, is the same in every run.
 */
export class CompressionQueue {
  readonly codec: PageCodec;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #waitingPlainBytes = 0;
  /** Of the whole file: what becomes of plain values. */
  #settledPlainBytes = 0;
  #settledCompressedBytes = 0;
  /** Of the row group. */
  #groupBytes = 0;

  constructor(codec: PageCodec) {
    this.codec = codec;
  }

  /**
   * `done` is called when `bytes` may be used for something else; `plainBytes` are those of the values without a dictionary.
   * @throws ConsistencyError (permanent) when no page can hold as much, which takes one value of some 2 GiB.
   */
  add(bytes: Uint8Array, done: () => void, plainBytes = bytes.byteLength): CompressedBody {
    if (bytes.byteLength > PAGE_BODY_MAX_BYTES) throw pageTooLarge(bytes.byteLength);
    const compressed = this.codec.compress(bytes).finally(done);
    // A file that is given up is not waited for.
    compressed.catch(() => {});
    const body: CompressedBody = { uncompressedBytes: bytes.byteLength, bytes: undefined };
    this.#waiting.push({ body, plainBytes, compressed });
    this.#waitingBytes += bytes.byteLength;
    this.#waitingPlainBytes += plainBytes;
    return body;
  }

  /** Waits until bodies of at most `maxBytes` are on their way. */
  async settle(maxBytes: number): Promise<void> {
    while (this.#waitingBytes > maxBytes) {
      const { body, plainBytes, compressed } = this.#waiting.shift()!;
      body.bytes = await compressed;
      this.#waitingBytes -= body.uncompressedBytes;
      this.#waitingPlainBytes -= plainBytes;
      this.#settledPlainBytes += plainBytes;
      this.#settledCompressedBytes += body.bytes.byteLength;
      this.#groupBytes += body.bytes.byteLength;
    }
  }

  /** What was settled since the last `startGroup`, and what the others and `openBytes` of plain values will probably become. */
  expectedBytes(openBytes: number): number {
    const ratio = this.#settledPlainBytes === 0 ? 1 : this.#settledCompressedBytes / this.#settledPlainBytes;
    return this.#groupBytes + (this.#waitingPlainBytes + openBytes) * ratio;
  }

  startGroup(): void {
    this.#groupBytes = 0;
  }
}

function pageTooLarge(sizeBytes: number): ConsistencyError {
  return new ConsistencyError(
    'PARQUET_PAGE_TOO_LARGE',
    `A page with one value has ${sizeBytes} bytes; a page of Parquet has at most ${PAGE_BODY_MAX_BYTES}.`,
    {
      retry: 'permanent',
      remedy: 'Leave out the column with the huge value with `select`, or land the table as csv or jsonl.',
    },
  );
}
