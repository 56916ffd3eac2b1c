import { describe, expect, it } from '@jest/globals';
import { stackFunctions } from '../../../../config/deploy/functions.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../../shared/config/limits.ts';
import {
  extractorSettings,
  fleetSettings,
  handlerSettings,
  parseSettings,
} from '../../../../shared/lambda/settings.ts';
import { type DeployConfigName, deployConfig } from '../../../support/deploy-configs.ts';

const functionsOf = (name: DeployConfigName) => stackFunctions(stackContext('prod', deployConfig(name)));

/** The environment as a function sees it: a string for each variable, filled in by CloudFormation. */
function filledIn(environment: Readonly<Record<string, unknown>>): Record<string, string> {
  const values: Record<string, string> = {
    Region: 'eu-central-1',
    AccountId: '123456789012',
    URLSuffix: 'amazonaws.com',
  };
  const text = (value: unknown) => {
    if (typeof value === 'string') return value;
    const template = (value as { 'Fn::Sub'?: string })['Fn::Sub'] ?? 'arn:aws:sns:eu-central-1:123456789012:topic';
    return template.replaceAll(/\$\{AWS::(\w+)\}/g, (_, name: string) => values[name]!);
  };
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, text(value)]));
}

describe('the extractor of a source', () => {
  it('has the memory, the disk and the room that the source asks for', () => {
    expect(functionsOf('everything').extractorErp).toMatchObject({
      name: 'landfall-prod-extractor-erp',
      handler: 'index.handler',
      role: 'ExtractorErpRole',
      timeout: FUNCTION_TIMEOUT_SECONDS,
      memorySize: 3_072,
      ephemeralStorageSize: 1_024,
      reservedConcurrency: 3,
      recursiveLoop: 'Allow',
      logs: { logFormat: 'JSON' },
      package: { artifact: '.build/extractorErp.zip' },
    });
  });

  it('is in the VPC of the configuration, and nobody else is', () => {
    const { extractorErp, scheduler, replayer, watchdog } = functionsOf('everything');
    expect(extractorErp?.vpc).toEqual({
      subnetIds: ['subnet-0abc1234', 'subnet-0def5678'],
      securityGroupIds: ['sg-0abc1234', 'sg-0def5678'],
    });
    for (const shared of [scheduler, replayer, watchdog]) expect(shared).not.toHaveProperty('vpc');
  });

  it('knows its own queues and no others', () => {
    const { LANDFALL_QUEUES } = parseSettings(
      extractorSettings,
      filledIn(functionsOf('everything').extractorErp!.environment),
    );
    const base = 'https://sqs.eu-central-1.amazonaws.com/123456789012/landfall-prod-erp';
    expect(LANDFALL_QUEUES).toEqual({ erp: { queueUrl: base, deadLetterQueueUrl: `${base}-dlq` } });
  });
});

describe('the functions of a stack', () => {
  it.each(['scheduler', 'replayer'])('know where all queues are, in a few bytes: %s', (key) => {
    const settings = parseSettings(fleetSettings, filledIn(functionsOf('names')[key]!.environment));
    expect(settings.LANDFALL_QUEUES).toEqual({});
    expect(settings.LANDFALL_QUEUE_PLACE).toEqual({
      stage: 'prod',
      baseUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/',
    });
  });

  it('have an environment that their handlers accept', () => {
    const settings = parseSettings(handlerSettings, filledIn(functionsOf('plain').watchdog!.environment));
    expect(settings).toMatchObject({
      LANDFALL_REPLAY_COMMAND: 'npx landfall replay --stage prod',
      LANDFALL_ALERT_TOPIC: 'arn:aws:sns:eu-central-1:123456789012:topic',
      LANDFALL_LOGS: 'CloudWatch log groups /aws/lambda/landfall-prod-extractor-…',
    });
  });

  it('name the topic that is there, the one of the configuration, or none', () => {
    const topics = (['plain', 'everything', 'silent'] as const).map(
      (name) => functionsOf(name).scheduler?.environment.LANDFALL_ALERT_TOPIC,
    );
    expect(topics).toEqual([{ Ref: 'AlertTopic' }, 'arn:aws:sns:eu-central-1:123456789012:oncall', undefined]);
  });

  it('let no watchdog meet the one before it', () => {
    expect(functionsOf('plain').watchdog?.timeout).toBeLessThan(900);
  });
});
