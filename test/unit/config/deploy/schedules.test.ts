import { describe, expect, it } from '@jest/globals';
import { scheduleResources } from '../../../../config/deploy/schedules.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { type DeployConfigName, deployConfig } from '../../../support/deploy-configs.ts';

const resourcesOf = (name: DeployConfigName) => scheduleResources(stackContext('prod', deployConfig(name)));
const DEAD_LETTERS = { 'Fn::GetAtt': ['ScheduleDeadLetterQueue', 'Arn'] };

describe('the schedule of a source', () => {
  it('starts a run of its scheduled time, in its time zone, and keeps a call that nobody took', () => {
    expect(resourcesOf('plain').ScheduleShop?.Properties).toEqual({
      Name: 'landfall-prod-shop',
      Description: 'Landfall: starts a run of shop',
      GroupName: { Ref: 'ScheduleGroup' },
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': ['SchedulerLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
        DeadLetterConfig: { Arn: DEAD_LETTERS },
        Input: '{"source":"shop","scheduled_time":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 60 },
      },
    });
  });

  it('is there only for a source that has one', () => {
    const schedules = Object.values(resourcesOf('everything')).filter(
      ({ Type }) => Type === 'AWS::Scheduler::Schedule',
    );
    expect(schedules.map(({ Properties }) => Properties?.Name)).toEqual([
      'landfall-prod-shop',
      'landfall-prod--watchdog',
    ]);
  });
});

describe('the schedules', () => {
  it('call the watchdog every quarter of an hour', () => {
    expect(resourcesOf('silent').WatchdogSchedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': ['WatchdogLambdaFunction', 'Arn'] }, Input: '{}' },
    });
  });

  it.each(['Scheduler', 'Watchdog'])('keep a call that the function took and failed at: %s', (name) => {
    expect(resourcesOf('plain')[`${name}LambdaFunctionCalls`]?.Properties).toMatchObject({
      FunctionName: { Ref: `${name}LambdaFunction` },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
  });

  it('have a queue for what failed that is no redrive of another one', () => {
    expect(resourcesOf('plain').ScheduleDeadLetterQueue?.Properties).toEqual({
      QueueName: 'landfall-prod--schedules-dlq',
      KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
  });
});
