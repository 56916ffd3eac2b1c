import { readFileSync } from 'node:fs';
import type { BucketLifecycleConfiguration } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import {
  abandonedUploadsLifecycle,
  abandonedUploadsRule,
  supersededVersionsRule,
} from '../../../../config/deploy/lifecycle.ts';
import { ABANDONED_UPLOAD_DAYS } from '../../../../shared/config/limits.ts';
import { loadConfig } from '../../../../shared/config/load-config.ts';

const OPERATIONS = new URL('../../../../docs/operations.md', import.meta.url);

describe('the rule for abandoned uploads', () => {
  it('aborts uploads below the prefix of the target and does nothing else', () => {
    expect(abandonedUploadsRule({ prefix: 'raw/landfall/' })).toEqual({
      Id: 'landfall-abandoned-uploads',
      Status: 'Enabled',
      Prefix: 'raw/landfall/',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: ABANDONED_UPLOAD_DAYS },
    });
  });

  it('is for the whole bucket when the target has no prefix', () => {
    expect(Object.keys(abandonedUploadsRule({ prefix: '' }))).toEqual([
      'Id',
      'Status',
      'AbortIncompleteMultipartUpload',
    ]);
    expect(abandonedUploadsLifecycle({ prefix: '' }).Rules[0]!.Filter).toEqual({ Prefix: '' });
  });

  it('says the same to CloudFormation and to the API of S3', () => {
    const { Id, Status, Prefix, AbortIncompleteMultipartUpload } = abandonedUploadsRule({ prefix: 'raw/' });
    const lifecycle = abandonedUploadsLifecycle({
      prefix: 'raw/',
    }) satisfies DeepReadonly<BucketLifecycleConfiguration>;
    expect(lifecycle).toEqual({ Rules: [{ ID: Id, Status, Filter: { Prefix }, AbortIncompleteMultipartUpload }] });
  });

  it('stands in docs/operations.md as it is for the example of a configuration', async () => {
    const { target } = await loadConfig('config/landfall.yaml');
    const section = readFileSync(OPERATIONS, 'utf8').split('\n## Abandoned uploads\n')[1]?.split('\n## ')[0] ?? '';
    const documented = /```json\n([\s\S]*?)```/.exec(section)?.[1] ?? 'null';
    expect(JSON.parse(documented)).toEqual(abandonedUploadsLifecycle(target));
    expect(section).toContain(`--bucket ${target.bucket} `);
    expect(section).toContain(`after ${ABANDONED_UPLOAD_DAYS} days`);
  });
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

describe('the rule for superseded versions', () => {
  it('ends what no listing shows, and the marks of deletions with nothing behind them', () => {
    expect(supersededVersionsRule({ prefix: 'raw/' })).toEqual({
      Id: 'landfall-superseded-versions',
      Status: 'Enabled',
      Prefix: 'raw/',
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      ExpiredObjectDeleteMarker: true,
    });
    expect(supersededVersionsRule({ prefix: '' })).not.toHaveProperty('Prefix');
  });
});
