import type { SourceConfig } from '../../shared/config/config.ts';
import type { MetricName } from '../../shared/core/metrics.ts';
import { alarmArn } from './alarm.ts';
import { stackAlarms } from './alarms.ts';
import { OLDEST_MESSAGE_SECONDS } from './alarms-queue.ts';
import { queryRows } from './dashboard-queries.ts';
import { type Content, chart, type DashboardBody, literal, placed, type Row, text } from './dashboard-widgets.ts';
import { fleetMetric, functionMetric, loggedMetric, queueMetric } from './fleet-metrics.ts';
import { IDS, type Resources, type StackContext } from './stack-context.ts';

/** A widget shows the state of so many alarms at most. */
const MAX_ALARMS = 100;

/** Alarms that stand beside each other, and the lines of the grid that a row of them takes. */
const ALARMS_PER_ROW = 6;

export function dashboardName(stage: string): string {
  return `landfall-${stage}`;
}

/**
 * One page for whoever wants to know how the fleet does: what landed and what it cost, how each source stands against
 * its limits, what each table took, and which alarms are off.
 */
export function dashboardResources(context: StackContext): Resources {
  return {
    [IDS.dashboard]: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: dashboardName(context.stage),
        DashboardBody: { 'Fn::Sub': JSON.stringify(dashboardBody(context)) },
      },
    },
  };
}

/** With CloudFormation's `${…}` for what is known at deployment only. */
export function dashboardBody(context: StackContext): DashboardBody {
  const rows: Row[] = [
    { height: 2, cells: [text(heading(context))] },
    ...alarmRows(context),
    { height: 6, cells: totals(context) },
    ...context.sources.flatMap((source) => sourceRows(context, source)),
    ...queryRows(context).map((cells) => ({ height: 8, cells })),
  ];
  return { start: '-PT12H', periodOverride: 'inherit', widgets: placed(rows) };
}

function heading({ stage, config }: StackContext): string {
  const target = literal(`s3://${config.target.bucket}/${config.target.prefix}`);
  return (
    `# Landfall ${stage}\nLands in ${target}. What alarms mean and what to do: docs/operations.md. ` +
    `How the tables of a run stand: npx landfall status --stage ${stage}`
  );
}

function alarmRows(context: StackContext): Row[] {
  const alarms = stackAlarms(context).map((alarm) => alarmArn(context, alarm)['Fn::Sub']);
  const widgets = Array.from({ length: Math.ceil(alarms.length / MAX_ALARMS) }, (_, index) =>
    alarms.slice(index * MAX_ALARMS, (index + 1) * MAX_ALARMS),
  );
  return widgets.map((some, index) => ({
    height: 1 + Math.ceil(some.length / ALARMS_PER_ROW),
    cells: [{ type: 'alarm', properties: { title: index === 0 ? 'Alarms' : `Alarms (${index + 1})`, alarms: some } }],
  }));
}

function totals(context: StackContext): Content[] {
  const bySource = (title: string, name: MetricName, unit: string) =>
    chart({
      title,
      stat: 'Sum',
      stacked: true,
      unit,
      lines: context.sources.map((source) => ({
        metric: fleetMetric(context, name, source.name),
        look: { label: source.name },
      })),
    });
  return [
    bySource('Rows landed', 'RowsLanded', 'rows'),
    bySource('Bytes landed', 'BytesLanded', 'bytes'),
    bySource('Seconds of extractors', 'ExtractSeconds', 'seconds'),
    bySource('Cost', 'CostUsd', 'dollars'),
  ];
}

function sourceRows(context: StackContext, source: SourceConfig): Row[] {
  const { dialect, schedule, tables } = source;
  const runs = schedule === undefined ? 'started by hand' : schedule;
  return [
    { height: 1, cells: [text(`## ${source.name}: ${dialect}, ${tables.size} tables, ${runs}`)] },
    { height: 5, cells: [...queueCharts(context, source), ...functionCharts(context, source)] },
  ];
}

function queueCharts(context: StackContext, { name }: SourceConfig): Content[] {
  const { queueName, deadLetterQueueName } = context.namesOf(name);
  const waiting = queueMetric('ApproximateNumberOfMessagesVisible', queueName);
  const atWork = queueMetric('ApproximateNumberOfMessagesNotVisible', queueName);
  const dead = queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueueName);
  const oldest = queueMetric('ApproximateAgeOfOldestMessage', queueName);
  const ended = (metric: MetricName, label: string) => ({
    metric: fleetMetric(context, metric, name),
    look: { label },
  });
  return [
    chart({
      title: 'Tables that ended',
      stat: 'Sum',
      lines: [
        ended('TablesLanded', 'landed'),
        ended('TablesEmpty', 'empty'),
        ended('TablesFailed', 'failed'),
        ended('Retries', 'retries'),
      ],
    }),
    chart({
      title: 'Queue',
      stat: 'Maximum',
      lines: [
        { metric: waiting, look: { label: 'waiting' } },
        { metric: atWork, look: { label: 'at work' } },
        { metric: dead, look: { label: 'dead letters' } },
      ],
    }),
    chart({
      title: 'Oldest message',
      stat: 'Maximum',
      unit: 'seconds',
      lines: [{ metric: oldest, look: { label: 'age' } }],
      limit: { label: 'alarm', value: OLDEST_MESSAGE_SECONDS },
    }),
  ];
}

function functionCharts(context: StackContext, { name, maxConcurrency, memoryMb }: SourceConfig): Content[] {
  const { functionName } = context.namesOf(name);
  return [
    chart({
      title: 'Concurrency',
      stat: 'Maximum',
      lines: [{ metric: functionMetric('ConcurrentExecutions', functionName), look: { label: 'extractors' } }],
      limit: { label: 'max_concurrency', value: maxConcurrency },
    }),
    chart({
      title: 'Errors and throttles',
      stat: 'Sum',
      lines: [
        { metric: functionMetric('Errors', functionName), look: { label: 'errors' } },
        { metric: functionMetric('Throttles', functionName), look: { label: 'throttles' } },
        { metric: loggedMetric(context, 'RoleDenied', name), look: { label: 'denied' } },
      ],
    }),
    chart({
      title: 'Memory',
      stat: 'Maximum',
      unit: 'MiB',
      lines: [{ metric: loggedMetric(context, 'MaxMemoryMb', name), look: { label: 'used' } }],
      limit: { label: 'memory', value: memoryMb },
    }),
  ];
}
