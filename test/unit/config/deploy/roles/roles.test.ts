import { describe, expect, it } from '@jest/globals';
import type { Grant } from '../../../../../config/deploy/roles/grant.ts';
import { roleResources, rolesOf } from '../../../../../config/deploy/roles/roles.ts';
import { stackContext } from '../../../../../config/deploy/stack-context.ts';
import { ConfigError } from '../../../../../shared/core/errors.ts';
import { DEPLOY_CONFIG_NAMES, deployConfig } from '../../../../support/deploy-configs.ts';
import { decide } from '../../../../support/iam/evaluate.ts';
import { resolved } from '../../../../support/iam/intrinsics.ts';
import { policiesOfRole } from '../../../../support/iam/template-policies.ts';
import { contextOf, extractorStatements, statementsOf, templateOf } from './role-configs.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/landfall';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const VPC = { vpc: { subnets: ['subnet-0abc1234'], security_groups: ['sg-0abc1234'] } };

const CONTEXTS = DEPLOY_CONFIG_NAMES.map((name) => [name, stackContext('prod', deployConfig(name))] as const);

describe.each(CONTEXTS)('the roles of the configuration %s', (_name, context) => {
  const grants: Grant[] = rolesOf(context).flatMap((role) => [...role.grants]);

  it('are one for each function, and one for the schedules', () => {
    const keys = [
      ...context.sources.map(({ name }) => context.namesOf(name)),
      ...(['scheduler', 'replayer', 'watchdog'] as const).map((name) => context.shared(name)),
    ];
    expect(Object.keys(roleResources(context))).toEqual([...keys.map(({ roleId }) => roleId), 'ScheduleRole']);
  });

  it('let nobody delete anything but messages, and name no service as a whole', () => {
    const actions = grants.flatMap((grant) => [...grant.actions]);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(
      new Set(
        actions.filter((action) => /delete|remove|purge|putbucket|policy|acl|passrole|creategrant/i.test(action)),
      ),
    ).toEqual(new Set(['sqs:DeleteMessage', ...(context.config.deploy.vpc ? ['ec2:DeleteNetworkInterface'] : [])]));
  });

  it('have no wildcard without a reason, and no reason without a wildcard', () => {
    const resources = templateOf(context);
    for (const { sid, resources: of, wildcard } of grants) {
      const isPattern = of.some((each) => /[*?]/.test(String(resolved(each, resources))));
      expect([sid, isPattern]).toEqual([sid, wildcard !== undefined]);
    }
  });

  it('name each statement once in a role, in letters', () => {
    for (const role of rolesOf(context)) {
      const sids = role.grants.map(({ sid }) => sid);
      expect(new Set(sids).size).toBe(sids.length);
      expect(sids.join('')).toMatch(/^[A-Za-z]+$/);
    }
  });

  it('use keys through services only', () => {
    for (const { actions, conditions } of grants.filter((grant) =>
      grant.actions.some((action) => action.startsWith('kms:')),
    )) {
      expect(actions.filter((action) => !['kms:Decrypt', 'kms:GenerateDataKey'].includes(action))).toEqual([]);
      expect(conditions?.StringEquals?.['kms:ViaService']).toEqual(expect.arrayContaining([expect.anything()]));
    }
  });
});

describe('what no role of the stack may', () => {
  const context = contextOf({
    shop: { secret: `${SECRET}-AbCdEf` },
    alerts: { emails: ['a@example.com'] },
    deploy: VPC,
  });
  const resources = templateOf(context);
  const stackKey = 'arn:aws:kms:us-east-1:000000000000:key/Key';

  it.each([
    ['s3:DeleteObject', 'arn:aws:s3:::lake/shop/public/orders/part-000-00000.parquet'],
    ['s3:DeleteObject', 'arn:aws:s3:::lake/_landfall/runs/shop/20261122T030000Z/plan.json'],
    ['s3:DeleteObjectVersion', 'arn:aws:s3:::lake/shop/public/orders/part-000-00000.parquet'],
    ['s3:PutObjectAcl', 'arn:aws:s3:::lake/shop/public/orders/part-000-00000.parquet'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::lake'],
    ['sqs:PurgeQueue', 'arn:aws:sqs:us-east-1:000000000000:landfall-prod-shop'],
    ['secretsmanager:PutSecretValue', `${SECRET}-AbCdEf`],
    ['kms:Decrypt', stackKey],
    ['kms:CreateGrant', stackKey],
    ['sns:Subscribe', 'arn:aws:sns:us-east-1:000000000000:landfall-prod-alerts'],
    ['lambda:InvokeFunction', lambdaArn('landfall-prod-replayer')],
    ['lambda:UpdateFunctionCode', lambdaArn('landfall-prod-extractor-shop')],
    ['iam:PassRole', 'arn:aws:iam::000000000000:role/ExtractorShopRole'],
    ['logs:PutLogEvents', 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/other:log-stream:x'],
  ])('%s on %s', (action, resource) => {
    for (const { roleId, of } of rolesOf(context)) {
      const decision = decide(policiesOfRole(roleId, resources), { action, resource, context: {} });
      expect([of, decision]).toEqual([of, 'not allowed']);
    }
  });

  it('is told apart from what one may', () => {
    const ask = {
      action: 'logs:PutLogEvents',
      resource: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/landfall-prod-watchdog:log-stream:x',
      context: {},
    };
    expect(decide(policiesOfRole('WatchdogRole', resources), ask)).toBe('allowed');
    const throughS3 = {
      action: 'kms:Decrypt',
      resource: stackKey,
      context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
    };
    expect(decide(policiesOfRole('WatchdogRole', resources), throughS3)).toBe('allowed');
  });
});

describe('the trust of a role', () => {
  const trustOf = (roleId: string) => {
    const resources = templateOf(contextOf());
    return resolved(resources[roleId]?.Properties?.AssumeRolePolicyDocument, resources);
  };

  it('is for Lambda alone', () => {
    const statement = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    for (const id of ['ExtractorShopRole', 'SchedulerRole', 'ReplayerRole', 'WatchdogRole']) {
      expect(trustOf(id)).toEqual({ Version: '2012-10-17', Statement: [statement] });
    }
  });

  it("is for the schedules of this stack's group alone", () => {
    expect(trustOf('ScheduleRole')).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '000000000000' },
            ArnEquals: { 'aws:SourceArn': 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/landfall-prod' },
          },
        },
      ],
    });
  });

  it('lets schedules call the scheduler and the watchdog, and keep what they could not deliver', () => {
    const { InvokeFunctions, KeepMissedEvents, ...others } = statementsOf(contextOf(), undefined);
    expect(InvokeFunctions?.Resource).toEqual(['landfall-prod-scheduler', 'landfall-prod-watchdog'].map(lambdaArn));
    expect(KeepMissedEvents).toMatchObject({
      Action: ['sqs:SendMessage'],
      Resource: [expect.stringMatching(/schedules-dlq$/)],
    });
    expect(Object.keys(others)).toEqual(['UseStackKey']);
  });
});

describe('the secret of a source', () => {
  it.each([
    [`${SECRET}-AbCdEf`, `${SECRET}-AbCdEf`],
    [SECRET, `${SECRET}-??????`],
  ])('%s is read as %s', (secret, pattern) => {
    expect(extractorStatements({ shop: { secret } }).ReadSecret).toMatchObject({ Resource: [pattern] });
  });

  it('needs no permission when it is none of Secrets Manager', () => {
    expect(extractorStatements()).not.toHaveProperty('ReadSecret');
    expect(extractorStatements({ shop: { secret: 'file:/tmp/x' } })).not.toHaveProperty('ReadSecret');
  });

  it('is decrypted by its own key, for itself and through Secrets Manager', () => {
    expect(extractorStatements({ shop: { secret: SECRET } })).not.toHaveProperty('DecryptSecret');
    expect(extractorStatements({ shop: { secret: SECRET, secret_kms_key: KEY } }).DecryptSecret).toEqual({
      Sid: 'DecryptSecret',
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: [KEY],
      Condition: {
        StringEquals: { 'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com'] },
        StringLike: { 'kms:EncryptionContext:SecretARN': [`${SECRET}-??????`] },
      },
    });
  });
});

describe('what a configuration does not use', () => {
  it('is not granted: network, alerts, files', () => {
    const plain = Object.keys(extractorStatements());
    for (const sid of ['JoinNetwork', 'NoNetworkFromCode', 'PublishAlerts', 'UseBucketKey'])
      expect(plain).not.toContain(sid);
    expect(extractorStatements({ tables: {} })).not.toHaveProperty('CreateParts');
  });

  it('is granted when it does: interfaces to Lambda and not to the code', () => {
    const { JoinNetwork, NoNetworkFromCode } = extractorStatements({ deploy: VPC });
    expect(JoinNetwork).toMatchObject({ Effect: 'Allow', Resource: ['*'] });
    expect(NoNetworkFromCode).toMatchObject({
      Effect: 'Deny',
      Action: JoinNetwork?.Action,
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': lambdaArn('landfall-prod-extractor-shop') } },
    });
    for (const name of ['scheduler', 'replayer', 'watchdog'] as const) {
      const context = contextOf({ deploy: VPC });
      expect(statementsOf(context, context.shared(name).functionKey)).not.toHaveProperty('JoinNetwork');
    }
  });

  it('is granted when it does: the key of an existing bucket instead of the one of the stack', () => {
    const deploy = { bucket: 'existing', bucket_kms_key: KEY };
    const { UseBucketKey, UseStackKey } = extractorStatements({ deploy });
    expect(UseBucketKey).toMatchObject({
      Resource: [KEY],
      Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } },
    });
    expect(JSON.stringify(UseStackKey)).not.toContain('s3.');
    expect(extractorStatements({ deploy: { bucket: 'existing' } })).not.toHaveProperty('UseBucketKey');
  });

  it('is granted when it does: an own topic, by its ARN, whose key is not the one of the stack', () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:oncall';
    const { PublishAlerts, UseStackKey } = extractorStatements({ alerts: { topic } });
    expect(PublishAlerts).toMatchObject({ Resource: [topic] });
    expect(JSON.stringify(UseStackKey)).not.toContain('sns.');
    expect(JSON.stringify(extractorStatements({ alerts: { emails: ['a@example.com'] } }).UseStackKey)).toContain(
      'sns.',
    );
  });
});

describe('the size of a role', () => {
  const many = (object: string) =>
    Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`public.table_${n}`, { object }]));

  it('does not grow with tables that lie in the folder of their source', () => {
    expect(() => roleResources(contextOf({ tables: many('{source}/{table}') }))).not.toThrow();
  });

  it('is refused when so many folders cannot be named', () => {
    const context = contextOf({ tables: many('{table}/{YYYY}') });
    expect(() => roleResources(context)).toThrow(ConfigError);
    expect(() => roleResources(context)).toThrow(/extractor of shop .* IAM allows 10240/);
  });

  it('has room for the queues of as many sources as a stack can hold', () => {
    const source = { dialect: 'postgres', secret: `${SECRET}-AbCdEf`, tables: {} };
    const sources = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a-source-of-some-length-${n}`, source]));
    expect(() => roleResources(contextOf({ sources, deploy: VPC }))).not.toThrow();
  });
});

function lambdaArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}
