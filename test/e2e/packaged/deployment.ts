import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { IDS, type SharedFunction } from '../../../config/deploy/stack-context.ts';
import type { Mail } from '../../../local/aws/mailbox.ts';
import type { TableManifest } from '../../../shared/core/records.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { PackagedFleet } from '../../support/lambda-runtime/packaged-fleet.ts';
import { readLanded } from '../../support/landed-files.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';

export const BUCKET = 'landfall-lake';
const PREFIX = 'raw/';
const SECRETS = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';
/** From the project's root, as a user would write it; the same path leads to it in the artifact. */
const CA = 'test/fixtures/tls/ca.pem';
const HOUR_MS = 3_600_000;

/** Of a table with a key: two ranges of more rows than a part has. */
export const ORDERS = 12_000;
export const PART_ROWS = 4_000;
export const INVOICES = 6_000;

/**
 * A run that was due some hours ago, so that the watchdog looks at it and at none that comes due meanwhile, whenever the
 * test runs.
 */
const dueAt = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 6 * HOUR_MS);

const READER = { user: 'reader', password: 'reader-password' } as const;

/** Cells as texts, NULL as null. */
export type Rows = readonly (readonly (string | null)[])[];

/** Both databases, and a stack that was deployed for them. */
export class Deployment {
  readonly fleet: PackagedFleet;
  readonly postgres: TestPostgres;
  readonly sqlServer: TestSqlServer;
  readonly ledger: S3Ledger;
  /** Of the runs that are due, as EventBridge Scheduler writes it. */
  readonly scheduledTime = dueAt.toISOString().replace('.000Z', 'Z');
  readonly passwords = [READER.password, 'Reader-Passw0rd'];
  readonly #folder: string;
  readonly #mails: Mail[] = [];

  private constructor(fleet: PackagedFleet, postgres: TestPostgres, sqlServer: TestSqlServer, folder: string) {
    this.fleet = fleet;
    this.postgres = postgres;
    this.sqlServer = sqlServer;
    this.#folder = folder;
    this.ledger = new S3Ledger({ client: fleet.s3.client, bucket: BUCKET, prefix: PREFIX });
  }

  static async make(runtime?: string): Promise<Deployment> {
    const [postgres, sqlServer] = await Promise.all([shop(), erp()]);
    const folder = mkdtempSync(join(tmpdir(), 'landfall-deployment-'));
    const configPath = join(folder, 'landfall.yaml');
    writeFileSync(configPath, CONFIG);
    const secrets = new Map([
      [`${SECRETS}shop-AbCdEf`, secretOf('postgres', { ...postgres, ...READER })],
      [`${SECRETS}erp-GhIjKl`, secretOf('sqlserver', sqlServer)],
    ]);
    const fleet = await PackagedFleet.deploy({ configPath, stage: 'prod', secrets, runtime });
    return new Deployment(fleet, postgres, sqlServer, folder);
  }

  /** Starts a run of the source as its schedule does. */
  schedule(source: string): Promise<unknown> {
    return this.fleet.callBySchedule(this.fleet.context.namesOf(source).scheduleId, this.scheduledTime);
  }

  /** Starts a run of some tables a minute later, as a person can; gives its id. */
  async scheduleLater(source: string, tables: readonly string[]): Promise<string> {
    const scheduled_time = new Date(dueAt.getTime() + 60_000).toISOString();
    const started = await this.#call('scheduler', { source, scheduled_time, tables });
    return (started as { runId: string }).runId;
  }

  /** Calls the watchdog as its schedule does. */
  watch(): Promise<unknown> {
    return this.fleet.callBySchedule(IDS.watchdogSchedule, this.scheduledTime);
  }

  replay(options: object): Promise<unknown> {
    return this.#call('replayer', options);
  }

  #call(name: SharedFunction, event: object): Promise<unknown> {
    return this.fleet.functionOf(this.fleet.context.shared(name).functionKey).invoke(event);
  }

  /** All mails so far, oldest first. */
  async mails(): Promise<readonly Mail[]> {
    this.#mails.push(...(await this.fleet.mails()));
    return this.#mails;
  }

  async newMails(): Promise<readonly Mail[]> {
    const known = this.#mails.length;
    return (await this.mails()).slice(known);
  }

  /** Gives the readers the tables that they were denied. */
  async allowFailing(): Promise<void> {
    await this.postgres.query('grant select on sales.payroll to reader');
    this.sqlServer.allow('dbo.Salaries');
  }

  /** The rows of a query of the shop in the order of their id, as PostgreSQL prints them. */
  async shopRows(sql: string): Promise<Rows> {
    const { rows } = await this.postgres.query(
      `select array(select value from json_each_text(to_json(t))) as cells from (select ${sql} order by id) t`,
    );
    return rows.map(({ cells }: { cells: Rows[number] }) => cells);
  }

  async erpRows(table: string): Promise<Rows> {
    const { rows } = await this.sqlServer.run(`SELECT Id, Total, Note FROM ${table} ORDER BY Id`);
    return rows as Rows;
  }

  /**
   * The cells of a landed table in the order of their id, as texts. What a reader of the bucket finds is what the manifest
   * names, and the marker.
   */
  async landed(source: string, runId: string, table: string): Promise<Rows> {
    const manifest = await this.manifest(source, runId, table);
    if (manifest === undefined) throw new Error(`${table} has no manifest`);
    const { folder, parts, rows: count } = manifest;
    const expected = [...parts.map(({ key }) => key), `${folder}_SUCCESS`].toSorted();
    const found = await this.keys(folder);
    if (found.join() !== expected.join()) throw new Error(`${table} has ${found.join()}, not ${expected.join()}`);
    const files = await Promise.all(parts.map(({ key }) => readLanded(this.pathOf(key))));
    const rows = files.flatMap((file) => file.rows);
    if (rows.length !== count) throw new Error(`${table} has ${rows.length} rows, its manifest says ${count}`);
    return rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));
  }

  manifest(source: string, runId: string, table: string): Promise<TableManifest | undefined> {
    return this.ledger.readManifest({ source, runId, table });
  }

  /** Every key below a folder that a reader of the bucket finds, markers among them. */
  async keys(prefix: string): Promise<string[]> {
    const list = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix });
    const { Contents = [] } = await this.fleet.s3.client.send(list);
    return Contents.map(({ Key }) => Key!).toSorted();
  }

  pathOf(key: string): string {
    return join(this.fleet.s3.rootFolder, BUCKET, key);
  }

  /** What lies in the dead-letter queue of a source, with its attributes as plain texts. */
  async letters(source: string) {
    const receive = new ReceiveMessageCommand({
      QueueUrl: this.fleet.deadLetterQueueUrl(source),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await this.fleet.sqs.send(receive);
    return Messages.map(({ Body, MessageAttributes = {} }) => ({
      body: JSON.parse(Body!) as Record<string, unknown>,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue: text }]) => [name, text]),
      ),
    }));
  }

  async close(): Promise<void> {
    await this.fleet.close();
    await Promise.all([this.postgres.close(), this.sqlServer.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Login {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** As RDS keeps them. */
function secretOf(engine: string, { user: username, password, host, port, database: dbname }: Login): string {
  return JSON.stringify({ engine, username, password, host, port, dbname });
}

async function shop(): Promise<TestPostgres> {
  const server = await startTestPostgres({ tls: true });
  await server.query(`
    create schema sales;
    create table sales.orders (id int primary key, name text not null, note text);
    insert into sales.orders select n, 'order "' || n || '"', nullif('ü, ' || n % 7, 'ü, 0') from generate_series(1, ${ORDERS}) n;
    create table sales.customers (id bigint primary key, name text, balance numeric(12, 2), since timestamp, active boolean);
    insert into sales.customers select n, nullif('customer ' || n % 5, 'customer 0'), n * 1.25 - 300,
      timestamp '2026-01-31 23:59:59.123456' + n * interval '1 hour', n % 3 = 0 from generate_series(1, 900) n;
    create table sales.waitlist (id int primary key, name text);
    create table sales.payroll (id int primary key, amount numeric(10, 2));
    insert into sales.payroll select n, n * 100 from generate_series(1, 50) n;
    create role ${READER.user} login password '${READER.password}';
    grant usage on schema sales to reader;
    grant select on sales.orders, sales.customers, sales.waitlist to reader;
    analyze`);
  return server;
}

async function erp(): Promise<TestSqlServer> {
  const server = await startTestSqlServer({ encryption: 'required' });
  server.setRowsPerPiece(500);
  const id = { name: 'Id', type: { kind: 'int' as const } };
  const total = { name: 'Total', type: { kind: 'decimal' as const, precision: 19, scale: 4 } };
  const note = { name: 'Note', type: { kind: 'nvarchar' as const, length: 40 }, nullable: true };
  const columns = [id, total, note];
  const row = (n: number) => [
    `${n}`,
    `${n}.${String(n % 10_000).padStart(4, '0')}`,
    n % 4 === 0 ? null : `note ${n} é`,
  ];
  const rows = (count: number) => Array.from({ length: count }, (_, n) => row(n + 1));
  server.createTable({ name: 'Invoices', columns, primaryKey: ['Id'], rows: rows(INVOICES) });
  server.createTable({ name: 'Rates', columns, primaryKey: ['Id'], rows: rows(300) });
  server.createTable({ name: 'Drafts', columns, primaryKey: ['Id'] });
  server.createTable({ name: 'Salaries', columns, primaryKey: ['Id'], rows: rows(20) });
  server.deny('dbo.Salaries');
  return server;
}

const SCHEDULE = `cron(0 ${dueAt.getUTCHours()} * * ? *)`;

const CONFIG = `
version: 1
target: { bucket: ${BUCKET}, prefix: ${PREFIX} }
alerts: { emails: [oncall@example.com] }
sources:
  shop:
    dialect: postgres
    secret: ${SECRETS}shop-AbCdEf
    ssl: { ca: ${CA} }
    schedule: ${SCHEDULE}
    max_concurrency: 3
    tables:
      sales.orders: { format: csv, chunk_count: 2, file_max_rows: ${PART_ROWS} }
      sales.customers:
      sales.waitlist:
      sales.payroll: { format: jsonl, due_within: 1h }
  erp:
    dialect: mssql
    secret: ${SECRETS}erp-GhIjKl
    ssl: { ca: ${CA} }
    schedule: ${SCHEDULE}
    max_concurrency: 2
    tables:
      dbo.Invoices: { format: csv, compression: gzip, file_max_rows: 2000 }
      dbo.Rates:
      dbo.Drafts: { on_empty: write }
      dbo.Salaries: { format: json, due_within: 1h }
`;
