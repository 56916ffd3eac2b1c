import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Field, Int32, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { RequestTokenHandler } from 'tedious/lib/token/handler.js';
import { FourByteColumn } from '../../../../shared/source/mssql/columns/whole-numbers.ts';
import { ExtractionConnection } from '../../../../shared/source/mssql/extraction-connection.ts';
import { ExtractionRequest, type RowPlanner } from '../../../../shared/source/mssql/extraction-request.ts';
import { RowFeed } from '../../../../shared/source/mssql/row-feed.ts';
import { RowDecoder } from '../../../../shared/source/mssql/tds/row-decoder.ts';
import { colMetadata, row } from '../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../support/tds/wire-types.ts';

export const ID_COLUMN: readonly WireColumn[] = [{ name: 'id', type: { kind: 'int', nullable: false } }];

/** Decodes a single int column in batches of `batchRows`. */
export function idDecoder(batchRows: number): RowDecoder {
  const plan = {
    layout: { kind: 'fixed' as const, bytes: 4 },
    type: new Int32(),
    sourceType: 'int',
    rowBytes: 4,
    builder: (shape: ConstructorParameters<typeof FourByteColumn>[0], capacity: number) =>
      new FourByteColumn(shape, capacity),
  };
  const column = { name: 'id', type: plan.type, sourceType: plan.sourceType, plan };
  return new RowDecoder([column], [], { batchRows, batchBytes: 1 << 20, maxValueBytes: 1 << 20 });
}

export const idPlanner =
  (batchRows: number): RowPlanner =>
  () =>
    idDecoder(batchRows);

/** COLMETADATA and rows with the ids from 1 on. */
export function idRows(count: number): Buffer[] {
  return [colMetadata(ID_COLUMN), ...idRowTokens(1, count)];
}

export function idRowTokens(from: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => row(ID_COLUMN, [`${from + i}`]));
}

export function batchOf(...ids: number[]): RecordBatch {
  const child = makeData({ type: new Int32(), length: ids.length, data: Int32Array.from(ids) });
  const schema = new Schema([new Field('id', new Int32())]);
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: ids.length, nullCount: 0, children: [child] }),
  );
}

export function idsOf(batch: RecordBatch | undefined): number[] {
  return [...(batch?.getChildAt(0) ?? [])] as number[];
}

/** A connection that nobody connects. */
export function idleConnection(): ExtractionConnection {
  const authentication = { type: 'default' as const, options: { userName: 'u', password: 'p' } };
  return new ExtractionConnection({ server: '127.0.0.1', authentication, options: { port: 1433, tdsVersion: '7_4' } });
}

/** One answered request on a connection that nobody connects, as tedious would drive it. */
export class AnsweredRequest {
  readonly connection = idleConnection();
  readonly feed: RowFeed;
  readonly request: ExtractionRequest;

  constructor(planRows: RowPlanner = idPlanner(2), stallTimeoutMs = 60_000) {
    this.feed = new RowFeed('reading t', stallTimeoutMs);
    this.request = new ExtractionRequest('SELECT 1', this.feed, planRows);
    this.connection.request = this.request;
  }

  /** Hands the chunks to a parser as one message; gives how the parser ends. */
  async answer(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<'end' | Error> {
    const handler = new RequestTokenHandler(this.connection, this.request);
    const whole = Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
    const message = whole as unknown as Parameters<ExtractionConnection['createTokenStreamParser']>[0];
    const parser = this.connection.createTokenStreamParser(message, handler);
    return await once(parser, 'end').then(
      () => 'end' as const,
      (error: Error) => error,
    );
  }
}
