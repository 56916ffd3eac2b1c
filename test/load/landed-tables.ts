import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { BUCKET } from '../support/landfall-cli.ts';
import { rowsOfTable, tableNames } from './many-tables.ts';

export interface LandedTables {
  /** Tables that the run's summary has as landed with the rows that they have. */
  readonly right: number;
  /** Objects outside the ledger, markers apart. */
  readonly parts: number;
  readonly markers: number;
  readonly summaries: number;
}

/** What came of a run of `count` tables, by the bucket. */
export async function landedTables(client: S3Client, runId: string, count: number): Promise<LandedTables> {
  const ledger = new S3Ledger({ client, bucket: BUCKET, prefix: '' });
  const summary = await ledger.readSummary({ source: 'shop', runId });
  const outcomes = new Map(summary?.tables.map((outcome) => [outcome.table, outcome]));
  const right = tableNames(count).filter((name, index) => {
    const outcome = outcomes.get(name);
    return outcome?.status === 'landed' && outcome.rows === rowsOfTable(index);
  });
  const keys = await keysOf(client);
  const objects = keys.filter((key) => !key.startsWith('_landfall/'));
  const markers = objects.filter((key) => key.endsWith('_SUCCESS'));
  return {
    right: right.length,
    parts: objects.length - markers.length,
    markers: markers.length,
    summaries: keys.filter((key) => key.endsWith('/summary.json')).length,
  };
}

async function keysOf(client: S3Client): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: BUCKET })) {
    keys.push(...Contents.map(({ Key }) => Key!));
  }
  return keys;
}
