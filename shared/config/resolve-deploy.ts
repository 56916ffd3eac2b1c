import type { DeployConfig, VpcConfig } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedInput } from './shape.ts';

type CheckedDeploy = NonNullable<CheckedInput['deploy']>;

/** Fills in the defaults of the deployment, and checks the rules between its keys. */
export function resolveDeploy(input: CheckedDeploy | undefined, report: ProblemReport): DeployConfig {
  const { region, bucket = DEFAULTS.deployBucket, kms_key: kmsKeyArn, tags, access_logs: logs } = input ?? {};
  if (bucket === 'create' && input?.bucket_kms_key !== undefined) {
    report.add(
      ['deploy', 'bucket_kms_key'],
      'found the key of a bucket that the stack makes; allowed: with bucket: existing (kms_key is for all that the stack makes)',
      'key',
    );
  }
  if (bucket === 'existing' && logs !== undefined) {
    report.add(
      ['deploy', 'access_logs'],
      'found access logs of a bucket that exists already; allowed: with bucket: create (switch them on where the bucket is made)',
      'key',
    );
  }
  return {
    region,
    bucket,
    kmsKeyArn,
    bucketKmsKeyArn: input?.bucket_kms_key,
    accessLogs: logs?.bucket === undefined ? undefined : { bucket: logs.bucket, prefix: logs.prefix ?? 'landfall/' },
    logRetentionDays: input?.log_retention_days ?? DEFAULTS.logRetentionDays,
    vpc: resolveVpc(input?.vpc),
    tags: Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [name, value ?? ''])),
  };
}

function resolveVpc(input: CheckedDeploy['vpc']): VpcConfig | undefined {
  if (input === undefined) return undefined;
  const { vpc, route_tables: routeTables } = input.endpoints ?? {};
  return {
    subnetIds: present(input.subnets),
    securityGroupIds: present(input.security_groups),
    endpoints: vpc === undefined ? undefined : { vpcId: vpc, routeTableIds: present(routeTables) },
  };
}

function present(list: readonly (string | undefined)[] | undefined): string[] {
  return (list ?? []).filter((each) => each !== undefined);
}
