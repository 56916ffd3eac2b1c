import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { lambdaContext } from '../../local/aws/lambda-event.ts';
import type { Mail } from '../../local/aws/mailbox.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { type HandlerFleet, type Letter, startHandlerFleet } from './handler-fleet.ts';
import { BUCKET, Workplace } from './landfall-cli.ts';
import type { TestSqlServer } from './tds-server/test-sql-server.ts';

const FIRST_RUN_MS = Date.UTC(2026, 10, 22, 3);
const HOUR_MS = 3_600_000;

/** What a run of some tables left behind, everywhere. */
export interface FleetRun {
  readonly runId: string;
  manifest(table: string): Promise<TableManifest | undefined>;
  /** Everything that a reader of the bucket finds of this run, without the markers. */
  readonly objects: readonly string[];
  readonly openUploads: number;
  readonly mails: readonly Mail[];
  readonly letters: readonly Letter[];
  /** Connections that the server got for it, and those it still has. */
  readonly connections: number;
  readonly openConnections: number;
}

/** The scheduler and the extractor on emulated services, with a SQL Server as the source `shop`. */
export class MssqlFleet {
  readonly place: Workplace;
  readonly #server: TestSqlServer;
  readonly #handlers: HandlerFleet;
  #runs = 0;

  private constructor(place: Workplace, server: TestSqlServer, handlers: HandlerFleet) {
    this.place = place;
    this.#server = server;
    this.#handlers = handlers;
  }

  static async start(server: TestSqlServer, tables: object, settings: object = {}): Promise<MssqlFleet> {
    const place = new Workplace();
    place.writeConfig(tables, place.mssql(server, settings));
    const handlers = await startHandlerFleet(place.config);
    await handlers.s3.endpoint.createBucket(BUCKET);
    return new MssqlFleet(place, server, handlers);
  }

  /** One run of the tables, of all when none is named, an hour after the one before, to its end. */
  async run(...tables: string[]): Promise<FleetRun> {
    const { scheduler, s3 } = this.#handlers;
    const earlierConnections = this.#server.sessions.length;
    const scheduledTime = new Date(FIRST_RUN_MS + this.#runs++ * HOUR_MS).toISOString();
    const context = lambdaContext({ functionName: 'scheduler', queueArn: '', timeoutMs: 900_000 });
    const chosen = tables.length === 0 ? {} : { tables };
    const { runId } = await scheduler({ source: 'shop', scheduled_time: scheduledTime, ...chosen }, context);
    await this.#handlers.work();
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'shop/' }));
    const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    const ledger = new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: '' });
    const keys = Contents.map(({ Key }) => Key!);
    return {
      runId,
      manifest: (table) => ledger.readManifest({ source: 'shop', runId, table }),
      objects: keys.filter((key) => key.includes(`run_id=${runId}/`) && !key.endsWith('_SUCCESS')),
      openUploads: Uploads.length,
      mails: await this.#handlers.mails(),
      letters: await this.#handlers.letters(),
      connections: this.#server.sessions.length - earlierConnections,
      openConnections: this.#server.sessions.filter(({ open }) => open).length,
    };
  }

  pathOf(key: string): string {
    return join(this.#handlers.s3.rootFolder, BUCKET, key);
  }

  async close(): Promise<void> {
    await this.#handlers.close();
    this.place.remove();
  }
}
