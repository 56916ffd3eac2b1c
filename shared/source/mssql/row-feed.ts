import { BatchFeed } from '../batch-feed.ts';
import type { RowDecoder } from './tds/row-decoder.ts';

/** The batches of one response, and their decoder as soon as the server has told the columns. */
export class RowFeed extends BatchFeed {
  #decoder: RowDecoder | undefined;

  /** The columns are known. */
  begin(decoder: RowDecoder): void {
    if (this.#decoder !== undefined) return;
    this.#decoder = decoder;
    this.tell();
  }

  /**
   * The decoder as soon as the server has told the columns; undefined when the request ended without any.
   * @throws what the request failed with, or the stall.
   */
  async decoder(): Promise<RowDecoder | undefined> {
    return await this.news(() => this.#decoder);
  }
}
