import { type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow';

/**
 * Arrow's own stream writer with another sink: its AsyncByteQueue merges neighbouring ranges of one ArrayBuffer and drops
 * the repetition when two columns share a range, which corrupts the stream. Here every buffer is copied as it was written.
 */
class CopyingStreamWriter extends RecordBatchStreamWriter {
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  protected override _write(chunk: ArrayBufferView): this {
    if (this._started && chunk.byteLength > 0) {
      this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this.#sizeBytes += chunk.byteLength;
      this._position += chunk.byteLength;
    }
    return this;
  }

  joined(scratch: Uint8Array): Uint8Array {
    const target = scratch.byteLength >= this.#sizeBytes ? scratch : new Uint8Array(roomFor(this.#sizeBytes));
    let offset = 0;
    for (const chunk of this.#chunks) {
      target.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return target.subarray(0, offset);
  }
}

/** One batch as an Arrow IPC stream: schema, batch, end of stream. A `scratch` that is large enough is written into. */
export function ipcBytes(batch: RecordBatch, scratch: Uint8Array = new Uint8Array(0)): Uint8Array {
  const writer = new CopyingStreamWriter();
  writer.write(batch);
  writer.finish();
  return writer.joined(scratch);
}

function roomFor(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 65_536) * 65_536;
}
