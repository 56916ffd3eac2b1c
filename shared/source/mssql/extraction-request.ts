import { Request } from 'tedious';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import type { RowFeed } from './row-feed.ts';
import type { RowDecoder } from './tds/row-decoder.ts';

/** Chooses how the rows of a result are decoded. Throws a SourceError for columns that cannot be landed. */
export type RowPlanner = (columns: ColumnMetadata[]) => RowDecoder;

/** A batch of SQL whose rows go to a feed instead of becoming events. */
export class ExtractionRequest extends Request {
  readonly feed: RowFeed;
  readonly planRows: RowPlanner;
  #isAnswered = false;

  constructor(sql: string, feed: RowFeed, planRows: RowPlanner) {
    super(sql, (error) => feed.settle(error));
    this.feed = feed;
    this.planRows = planRows;
  }

  /**
   * Whether the response that begins now is the one with the rows. A request gets a second one when it was
   * cancelled: the acknowledgement.
   */
  claimResponse(): boolean {
    const isFirst = !this.#isAnswered;
    this.#isAnswered = true;
    return isFirst;
  }

  override cancel(): void {
    this.feed.stop();
    super.cancel();
  }
}
