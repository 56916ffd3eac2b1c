import { isUtf8 } from 'node:buffer';
import type { SourceError } from '../../../core/errors.ts';
import type { ColumnBuffers } from '../../columns/column-builder.ts';
import { UTF8_CODE_PAGE } from '../collations/code-pages.ts';
import { notDecodable } from './code-page-text.ts';
import { BinaryColumn } from './variable-width.ts';

const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

/** char and varchar of a _UTF8 collation: the bytes as they are, checked to be UTF-8 once per batch. */
export class Utf8TextColumn extends BinaryColumn {
  protected override takeBuffers(): ColumnBuffers {
    const { data, valueOffsets } = super.takeBuffers() as { data: Uint8Array; valueOffsets: Int32Array };
    // A value must not begin within a character: two broken ones in a row would look whole to the check of the batch.
    const broken = !isUtf8(data) || valueOffsets.subarray(0, -1).some((at) => isContinuation(data, at));
    if (broken) throw this.#notUtf8(data, valueOffsets);
    return { data, valueOffsets };
  }

  #notUtf8(data: Uint8Array, offsets: Int32Array): SourceError {
    let row = 0;
    while (isUtf8(data.subarray(offsets[row]!, offsets[row + 1]!))) row += 1;
    const value = data.subarray(offsets[row]!, offsets[row + 1]!);
    return notDecodable(this.shape, this.quotedName(), UTF8_CODE_PAGE, value.subarray(0, 32));
  }
}

function isContinuation(data: Uint8Array, at: number): boolean {
  return at < data.length && (data[at]! & CONTINUATION_MASK) === CONTINUATION;
}
