import { readFile } from 'node:fs/promises';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { extractTable } from '../../shared/flow/extract-table.ts';
import type { ExtractServices } from '../../shared/flow/services.ts';
import { type VerifyLandingRequest, type VerifyProgress, verifyLanding } from '../../shared/flow/verify-landing.ts';
import type { VerifiedTable, VerifyReport } from '../../shared/flow/verify-report.ts';
import { S3PartReader } from '../../shared/landing/s3-part-reader.ts';
import { Checksum } from '../../shared/landing/slices.ts';
import { type FlowRig, neverAborted } from './flow-rig.ts';

/** Verifies what a rig has landed, and damages it as accidents do. */
export class VerifyRig {
  readonly rig: FlowRig;
  readonly progress: VerifyProgress[] = [];
  bytesRead = 0;

  constructor(rig: FlowRig) {
    this.rig = rig;
  }

  async verify(
    request: Partial<VerifyLandingRequest> = {},
    using: ExtractServices = this.rig.services,
  ): Promise<VerifyReport> {
    const { s3, log } = this.rig;
    return await verifyLanding(
      { run: undefined, source: undefined, tables: [], compareSource: false, ...request },
      {
        ...using,
        log,
        parts: new S3PartReader({ client: s3.client, bucket: s3.bucket }),
        onBytes: (bytes) => {
          this.bytesRead += bytes;
        },
        onProgress: (progress) => void this.progress.push(progress),
      },
      neverAborted,
    );
  }

  /** What was found of one table, when only that is looked at. */
  async verifyOne(
    table: string,
    request: Partial<VerifyLandingRequest> = {},
    using?: ExtractServices,
  ): Promise<VerifiedTable> {
    const { tables } = await this.verify({ ...request, tables: [table] }, using);
    return tables[0]!;
  }

  async land(table: string, using: ExtractServices = this.rig.services, runId?: string): Promise<void> {
    const circumstances = runId === undefined ? {} : { message: this.rig.message(table, runId) };
    await extractTable(this.rig.assignment(table, circumstances), using);
  }

  /** Replaces an object's bytes and keeps what is written about it, but for the metadata given. */
  async rewrite(
    key: string,
    change: (bytes: Buffer) => Buffer,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<Buffer> {
    const { client, bucket } = this.rig.s3;
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const body = change(await readFile(this.rig.pathOf(key)));
    const kept = { ...head.Metadata, ...metadata };
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata: kept }));
    return body;
  }

  async remove(key: string): Promise<void> {
    const { client, bucket } = this.rig.s3;
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  /** Replaces a record of the ledger by what `change` makes of it. */
  async edit<Edited>(key: string, change: (record: Edited) => void): Promise<void> {
    await this.rewrite(key, (bytes) => {
      const record = JSON.parse(bytes.toString()) as Edited;
      change(record);
      return Buffer.from(JSON.stringify(record));
    });
  }
}

export const crcOf = (bytes: Uint8Array): string => Checksum.of(bytes);

/** One bit of one byte. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[at]! ^= 0x01;
  return damaged;
}
