import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { DEPLOY } from '../../support/source-config.ts';
import { linesOf, shopWith } from './config-text.ts';

const FILE = 'landfall.yaml';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function deployOf(yaml: string) {
  return parseConfig(`${shopWith('a.b:')}deploy: ${yaml}\n`, FILE).deploy;
}

describe('deploy', () => {
  it('is the same whether it is left out or says nothing', () => {
    const silent = parseConfig(shopWith('a.b:'), FILE).deploy;
    expect(silent).toEqual(DEPLOY);
    expect(deployOf('{}')).toEqual(silent);
  });

  it('takes all that it may say', () => {
    const text =
      `{region: us-gov-east-1, bucket: existing, kms_key: "${KEY}", bucket_kms_key: "${KEY}", log_retention_days: 14, ` +
      'vpc: {subnets: [subnet-0abc1234], security_groups: [sg-0abc1234, sg-0def5678], ' +
      'endpoints: {vpc: vpc-0abc1234, route_tables: [rtb-0abc1234]}}, tags: {team: data}}';
    expect(deployOf(text)).toEqual({
      region: 'us-gov-east-1',
      bucket: 'existing',
      kmsKeyArn: KEY,
      bucketKmsKeyArn: KEY,
      accessLogs: undefined,
      logRetentionDays: 14,
      vpc: {
        subnetIds: ['subnet-0abc1234'],
        securityGroupIds: ['sg-0abc1234', 'sg-0def5678'],
        endpoints: { vpcId: 'vpc-0abc1234', routeTableIds: ['rtb-0abc1234'] },
      },
      tags: { team: 'data' },
    });
    expect(deployOf('{access_logs: {bucket: acme-logs}}').accessLogs).toEqual({
      bucket: 'acme-logs',
      prefix: 'landfall/',
    });
  });

  it.each([
    ['{region: Frankfurt}', /deploy\.region: found "Frankfurt"; allowed: the name of an AWS region/],
    ['{kms_key: alias/mine}', /deploy\.kms_key: found "alias\/mine"; allowed: the ARN of a KMS key/],
    ['{log_retention_days: 10}', /deploy\.log_retention_days: found 10; allowed: .*1, 3, 5, 7, 14/],
    [
      '{vpc: {subnets: [], security_groups: [sg-0abc1234]}}',
      /deploy\.vpc\.subnets: found .*; allowed: a list of one or more/,
    ],
    ['{vpc: {subnets: [subnet-1]}}', /deploy\.vpc\.security_groups: is missing/],
    ['{tags: {"aws:x": y}}', /deploy\.tags.*allowed: a mapping of tags/],
    ['{buckets: create}', /deploy\.buckets: found an unknown key; allowed: region, bucket/],
    [`{bucket_kms_key: "${KEY}"}`, /deploy\.bucket_kms_key: found the key of a bucket that the stack makes/],
    [
      '{bucket: existing, access_logs: {bucket: acme-logs}}',
      /deploy\.access_logs: found access logs of a bucket that exists/,
    ],
  ])('refuses %s', (yaml, expected) => {
    expect(linesOf(`${shopWith('a.b:')}deploy: ${yaml}\n`).join('\n')).toMatch(expected);
  });
});

describe('memory and ephemeral storage of a source', () => {
  const sourceOf = (settings: string) => parseConfig(shopWith('a.b:', settings), FILE).sources.get('shop');

  it('are one vCPU and what costs nothing, unless told otherwise', () => {
    expect(sourceOf('')).toMatchObject({ memoryMb: 1_769, ephemeralStorageMb: 512 });
    expect(sourceOf('    memory: 3GiB\n    ephemeral_storage: 1024MiB\n')).toMatchObject({
      memoryMb: 3_072,
      ephemeralStorageMb: 1_024,
    });
  });

  it.each(['256MiB', '11GiB', '1769.5MiB', '536870913'])('refuses a memory of %s', (memory) => {
    expect(linesOf(shopWith('a.b:', `    memory: ${memory}\n`)).join()).toMatch(
      /sources\.shop\.memory: found .*; allowed: whole MiB such as 1769MiB or 2GiB, from 512MiB to 10GiB/,
    );
  });
});
