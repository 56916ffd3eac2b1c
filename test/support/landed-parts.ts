import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import type { TableConfig } from '../../shared/config/config.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import type { ExtractServices } from '../../shared/flow/services.ts';
import { csvOf, type FlowRig, RUN_ID, SOURCE } from './flow-rig.ts';

/** The services with a table's settings changed beyond what the configuration's schema allows, such as tiny files. */
export function withTable(services: ExtractServices, table: string, settings: Partial<TableConfig>): ExtractServices {
  const { config } = services;
  const source = config.sources.get(SOURCE)!;
  const tables = new Map(source.tables).set(table, { ...source.tables.get(table)!, ...settings });
  return { ...services, config: { ...config, sources: new Map([[SOURCE, { ...source, tables }]]) } };
}

export const folderOf = (table: string, runId = RUN_ID): string =>
  `raw/shop/${table.replace('.', '/')}/run_id=${runId}/`;

/** Everything that a reader sees in a table's folder of a run. */
export async function keysIn(rig: FlowRig, table: string, runId = RUN_ID): Promise<string[]> {
  const listing = { Bucket: rig.s3.bucket, Prefix: folderOf(table, runId) };
  const { Contents = [] } = await rig.s3.client.send(new ListObjectsV2Command(listing));
  return Contents.map(({ Key }) => Key!);
}

/** The rows of all parts of a manifest in its order, as one CSV file has them. */
export async function landedCsv(rig: FlowRig, manifest: TableManifest): Promise<string> {
  const texts = await Promise.all(manifest.parts.map(({ key }) => rig.text(key)));
  const header = `${manifest.columns.map(({ name }) => name).join(',')}\r\n`;
  for (const text of texts) expect(text.slice(0, header.length)).toBe(header);
  return header + texts.map((text) => text.slice(header.length)).join('');
}

/**
 * Fails unless a table of ids from 1 to `rows` landed whole: each row once and in order, nothing beside the parts of the
 * manifest, marker and pointer there, nothing open.
 */
export async function expectWhole(rig: FlowRig, table: string, rows: number, runId = RUN_ID): Promise<TableManifest> {
  const manifest = (await rig.manifest(table, runId))!;
  expect(manifest).toMatchObject({ status: rows === 0 ? 'empty' : 'landed', rows });
  const keys = manifest.parts.map(({ key }) => key);
  const marker = keys.length > 0 ? [`${folderOf(table, runId)}_SUCCESS`] : [];
  expect(await keysIn(rig, table, runId)).toEqual([...marker, ...keys]);
  if (rows > 0) expect(await landedCsv(rig, manifest)).toBe(csvOf(rows));
  expect(manifest.bytes).toBe(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(await rig.services.ledger.readLatest(SOURCE, table)).toMatchObject({ run_id: runId });
  expect([rig.database.running, rig.database.connections, await rig.openUploads()]).toEqual([0, 0, 0]);
  return manifest;
}

/** For each part: its first key, its last key, its rows. */
export const spansOf = ({ parts }: TableManifest): [string | undefined, string | undefined, number][] =>
  parts.map(({ first_key: first, last_key: last, rows }) => [first?.[0], last?.[0], rows]);
