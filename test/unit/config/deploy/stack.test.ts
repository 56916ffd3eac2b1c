import { describe, expect, it } from '@jest/globals';
import { deployedStack, mergeParts } from '../../../../config/deploy/stack.ts';
import { ConfigError } from '../../../../shared/core/errors.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';
import { ofType } from '../../../support/stack-rules/template-parts.ts';
import { templateOf } from '../../../support/stack-template.ts';

const config = deployConfig('plain');

describe('the stack', () => {
  it('is strict, on arm64, without versions, in the region that is asked for', () => {
    const { service, configValidationMode, provider } = deployedStack('dev', config, 'eu-west-1');
    expect([service, configValidationMode]).toEqual(['landfall', 'error']);
    expect(provider).toMatchObject({
      stage: 'dev',
      region: 'eu-west-1',
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      versionFunctions: false,
      deploymentBucket: { blockPublicAccess: true, versioning: true },
    });
  });

  it('has the tags of the configuration, and the region of it when none is asked for', () => {
    expect(deployedStack('prod', deployConfig('everything')).provider).toMatchObject({
      region: 'eu-central-1',
      stackTags: { team: 'finance', application: 'landfall' },
    });
  });

  it('gives no role of its own making', () => {
    const { functions, provider } = deployedStack('prod', config);
    expect(provider).not.toHaveProperty('iam');
    for (const settings of Object.values(functions ?? {})) expect(settings).not.toHaveProperty('events');
  });

  it('says what it made', () => {
    expect(templateOf(config).Outputs).toMatchObject({
      BucketName: { Value: 'acme-lake' },
      AlertTopicArn: { Value: { Ref: 'AlertTopic' } },
      QueueShopUrl: { Value: { Ref: 'QueueShop' } },
      DeadLetterQueueShopUrl: { Value: { Ref: 'DeadLetterQueueShop' } },
      ExtractorShopLambdaFunction: { Value: 'landfall-prod-extractor-shop' },
      WatchdogLambdaFunction: { Value: 'landfall-prod-watchdog' },
    });
  });

  it.each(['', 'a_b', '-x', 'x'.repeat(33), '1st'])('refuses the stage "%s"', (stage) => {
    expect(() => deployedStack(stage, config)).toThrow(expect.objectContaining({ code: 'STAGE_INVALID' }));
  });

  it('refuses more sources than CloudFormation takes, and says what to do', () => {
    const shop = config.sources.get('shop')!;
    const sources = new Map(
      Array.from({ length: 60 }, (_, i) => [`s${i}`, { ...shop, schedule: undefined, name: `s${i}` }]),
    );
    const attempt = () => deployedStack('prod', { ...config, sources });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(/^60 sources make a stack of \d+ resources; CloudFormation allows 500\.$/);
  });
});

describe('two parts of a stack', () => {
  it('are refused when they claim one logical id', () => {
    const resources = { Queue: { Type: 'AWS::SQS::Queue' } };
    expect(() =>
      mergeParts([
        { part: 'queues', resources },
        { part: 'topic', resources },
      ]),
    ).toThrow('The logical id Queue is that of queues and of topic.');
  });
});

describe('names that are alike, or as long as they may be', () => {
  const template = templateOf(deployConfig('names'), 'a-stage-with-a-rather-long-name');
  const names = (type: string, property: string) =>
    ofType(template, type).map(([, properties]) => String(properties[property]));

  it.each([
    ['AWS::SQS::Queue', 'QueueName', 80],
    ['AWS::Lambda::Function', 'FunctionName', 64],
    ['AWS::Scheduler::Schedule', 'Name', 64],
    ['AWS::Logs::LogGroup', 'LogGroupName', 512],
  ])('give %s that differ and are short enough', (type, property, maxLength) => {
    const found = names(type, property);
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found).size).toBe(found.length);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(maxLength);
    for (const name of found) expect(name).toMatch(/^[A-Za-z0-9_./-]+$/);
  });

  it('give logical ids of letters and digits', () => {
    for (const id of Object.keys(template.Resources)) expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/);
  });
});
