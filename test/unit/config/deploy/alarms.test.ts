import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ALARM_TEXTS, alarmResources, stackAlarms } from '../../../../config/deploy/alarms.ts';
import { HIGH_MEMORY_SHARE, LONG_INVOCATION_MS } from '../../../../config/deploy/alarms-extractor.ts';
import { OLDEST_MESSAGE_SECONDS, STUCK_SECONDS } from '../../../../config/deploy/alarms-queue.ts';
import { missedAfterHours } from '../../../../config/deploy/alarms-schedule.ts';
import { AWS_METRICS } from '../../../../config/deploy/fleet-metrics.ts';
import { metricFilterResources } from '../../../../config/deploy/metric-filters.ts';
import type { Resource } from '../../../../config/deploy/stack-context.ts';
import {
  ABORT_RESERVE_MS,
  FUNCTION_TIMEOUT_SECONDS,
  VISIBILITY_TIMEOUT_SECONDS,
} from '../../../../shared/config/limits.ts';
import { METRIC_UNITS, metricNamespace } from '../../../../shared/core/metrics.ts';
import { example, exampleContext } from './example-stack.ts';

const context = exampleContext();
const alarms = alarmResources(context);
const shop = example.sources.get('shop')!;
const GAPS_FROM_MS = Date.UTC(2026, 0, 1);

interface Stat {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

const properties = (resource: Resource) => resource.Properties as Readonly<Record<string, unknown>>;
const named = (name: string) => {
  const found = Object.values(alarms).find((each) => properties(each).AlarmName === name);
  if (found === undefined) throw new Error(`No alarm ${name}`);
  return properties(found);
};

/** The metrics that an alarm reads, whether alone or in an expression. */
function metricsOf(alarm: Readonly<Record<string, unknown>>): { metric: Stat; period: number }[] {
  if (alarm.MetricName !== undefined) return [{ metric: alarm as unknown as Stat, period: alarm.Period as number }];
  const entries = alarm.Metrics as { MetricStat?: { Metric: Stat; Period: number } }[];
  return entries.flatMap(({ MetricStat }) =>
    MetricStat === undefined ? [] : [{ metric: MetricStat.Metric, period: MetricStat.Period }],
  );
}

describe('every alarm', () => {
  it.each(Object.values(alarms).map((alarm) => [properties(alarm).AlarmName, properties(alarm)] as const))(
    '%s says what to do, and whom it tells',
    (_name, alarm) => {
      const description = alarm.AlarmDescription as string;
      expect(description).toMatch(/npx landfall (status|failed|runs) --stage prod/);
      expect(description).toContain('docs/operations.md');
      expect(description).not.toMatch(/[{}]|undefined/);
      expect(description.length).toBeLessThanOrEqual(1_024);
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[context.topicArn], [context.topicArn]]);
    },
  );

  it('looks back no longer than CloudWatch does', () => {
    for (const alarm of Object.values(alarms).map(properties)) {
      for (const { period } of metricsOf(alarm)) {
        const seconds = period * (alarm.EvaluationPeriods as number);
        expect([alarm.AlarmName, seconds <= (period < 3_600 ? 86_400 : 604_800)]).toEqual([alarm.AlarmName, true]);
      }
    }
  });

  it('reads a metric that there is, by its own dimension', () => {
    const filtered = Object.values(metricFilterResources(context)).map((filter) => {
      const [made] = properties(filter).MetricTransformations as { MetricNamespace: string; MetricName: string }[];
      return `${made!.MetricNamespace} ${made!.MetricName}`;
    });
    for (const { metric } of Object.values(alarms).flatMap((alarm) => metricsOf(properties(alarm)))) {
      const { Namespace, MetricName, Dimensions } = metric;
      const dimensions = Dimensions.map(({ Name }) => Name);
      const ofAws = AWS_METRICS[Namespace as keyof typeof AWS_METRICS];
      if (ofAws !== undefined) {
        expect(ofAws.names).toContain(MetricName);
        expect(dimensions).toEqual([ofAws.dimension]);
      } else if (MetricName in METRIC_UNITS) {
        expect([Namespace, dimensions]).toEqual([metricNamespace('prod'), ['source']]);
      } else {
        expect(filtered).toContain(`${Namespace} ${MetricName}`);
        expect(dimensions).toEqual([]);
      }
    }
  });

  it('has a name and a logical id of its own, and every kind is used', () => {
    const all = stackAlarms(context);
    expect(Object.keys(alarms)).toHaveLength(all.length);
    expect(new Set(Object.values(alarms).map((alarm) => properties(alarm).AlarmName)).size).toBe(all.length);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(ALARM_TEXTS.map(({ kind }) => kind)));
    expect(ALARM_TEXTS).toHaveLength(new Set(ALARM_TEXTS.map(({ kind }) => kind)).size);
  });

  it('is there without actions when nobody is to be told', () => {
    const silent = alarmResources(exampleContext({ alerts: undefined }));
    expect(Object.keys(silent)).toHaveLength(Object.keys(alarms).length - 1);
    for (const alarm of Object.values(silent)) expect(Object.keys(properties(alarm))).not.toContain('AlarmActions');
  });

  it('stands in docs/operations.md as it is in the code, in the same order', () => {
    const section = readFileSync('docs/operations.md', 'utf8').split('\n## Alarms\n')[1]!.split('\n## ')[0]!;
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const shown = (text: string) => text.replaceAll('{stage}', 'STAGE').replaceAll('{source}', 'SOURCE');
    expect(rows).toEqual(
      ALARM_TEXTS.map(({ kind, means, remedy }) => `| \`${kind}\` | ${shown(means)} | ${shown(remedy)} |`),
    );
  });
});

describe('the texts of the alarms', () => {
  it('name the times that the thresholds have', () => {
    const meaning = (kind: string) => ALARM_TEXTS.find((text) => text.kind === kind)!.means;
    expect([OLDEST_MESSAGE_SECONDS / 3_600, meaning('oldest-message')]).toEqual([
      3,
      expect.stringContaining('three hours'),
    ]);
    expect([STUCK_SECONDS / 60, meaning('stuck')]).toEqual([30, expect.stringContaining('30 minutes')]);
    const secondsLeft = FUNCTION_TIMEOUT_SECONDS - LONG_INVOCATION_MS / 1_000;
    expect([secondsLeft, meaning('duration')]).toEqual([15, expect.stringContaining('15 seconds')]);
    expect([HIGH_MEMORY_SHARE, meaning('memory')]).toEqual([0.9, expect.stringContaining('90 %')]);
  });
});

describe('the alarms of a source', () => {
  it('look at its own queues and its own function', () => {
    const values = (name: string) =>
      metricsOf(named(name)).flatMap(({ metric }) => metric.Dimensions.map((d) => d.Value));
    expect(values('landfall-prod-shop-dead-letters')).toEqual(['landfall-prod-shop-dlq']);
    expect(values('landfall-prod-shop-stuck')).toEqual(['landfall-prod-shop', 'landfall-prod-shop']);
    expect(values('landfall-prod-erp-errors')).toEqual(['landfall-prod-extractor-erp']);
    expect(values('landfall-prod-erp-schedule-missed')).toEqual(['erp']);
  });

  it('take a message for lost behind the time-out that hides it, and never before', () => {
    const { Threshold: seconds } = named('landfall-prod-shop-oldest-message');
    expect(seconds).toBeGreaterThan(VISIBILITY_TIMEOUT_SECONDS + FUNCTION_TIMEOUT_SECONDS);
  });

  it('take an invocation for too long only behind the time at which it gives up', () => {
    expect(LONG_INVOCATION_MS).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS * 1_000 - ABORT_RESERVE_MS);
    expect(LONG_INVOCATION_MS).toBeLessThan(FUNCTION_TIMEOUT_SECONDS * 1_000);
    expect(named('landfall-prod-shop-duration')).toMatchObject({ Threshold: LONG_INVOCATION_MS, Statistic: 'Maximum' });
  });

  it('take the queue for stuck when longer than any invocation nothing was done', () => {
    const { EvaluationPeriods: periods, DatapointsToAlarm: needed } = named('landfall-prod-shop-stuck');
    expect([periods, needed]).toEqual([STUCK_SECONDS / 300, STUCK_SECONDS / 300]);
    expect(STUCK_SECONDS).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS);
  });

  it('measure memory against that of the source', () => {
    const sources = new Map([['shop', { ...shop, memoryMb: 4_000 }]]);
    const memory = Object.values(alarmResources(exampleContext({ sources }))).map(properties);
    expect(memory.find(({ AlarmName }) => AlarmName === 'landfall-prod-shop-memory')).toMatchObject({
      Threshold: 3_600,
    });
  });
});

describe('a missed schedule', () => {
  const hours = (schedule: string | undefined, timeZone = 'UTC') =>
    missedAfterHours({ ...shop, schedule, timeZone }, GAPS_FROM_MS);

  it('is one whose longest pause is over, and an hour', () => {
    expect(hours('cron(0 3 * * ? *)')).toBe(25);
    expect(hours('cron(0 3 * * ? *)', 'Europe/Berlin')).toBe(26);
    expect(hours('cron(0 3 ? * MON-FRI *)')).toBe(73);
    expect(hours('rate(15 minutes)')).toBe(2);
    expect(hours('rate(6 days)')).toBe(145);
  });

  it('is not looked for where no alarm looks back so far, or nothing is to come', () => {
    expect(hours('cron(0 3 ? * SUN *)')).toBeUndefined();
    expect(hours('cron(0 3 1 * ? *)')).toBeUndefined();
    expect(hours('at(2026-01-31T03:00:00)')).toBeUndefined();
    expect(hours(undefined)).toBeUndefined();
    const disabled = new Map([...shop.tables].map(([name, table]) => [name, { ...table, disabled: true }]));
    expect(missedAfterHours({ ...shop, tables: disabled }, GAPS_FROM_MS)).toBeUndefined();
  });

  it('waits for a value of the watchdog before it counts', () => {
    expect(named('landfall-prod-shop-schedule-missed')).toMatchObject({
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'LessThanThreshold',
      Period: 3_600,
      EvaluationPeriods: 25,
      DatapointsToAlarm: 25,
    });
  });

  it('of the watchdog itself is told by its silence', () => {
    const silent = named('landfall-prod-watchdog-silent');
    expect(silent).toMatchObject({ TreatMissingData: 'missing', InsufficientDataActions: [context.topicArn] });
  });
});
