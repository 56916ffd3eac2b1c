import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stackAlarms } from '../../../../config/deploy/alarms.ts';
import { dashboardBody, dashboardResources } from '../../../../config/deploy/dashboard.ts';
import { dashboardPicture } from '../../../../config/deploy/dashboard-picture/dashboard-picture.ts';
import { COLUMNS, placed, text, type Widget } from '../../../../config/deploy/dashboard-widgets.ts';
import { AWS_METRICS } from '../../../../config/deploy/fleet-metrics.ts';
import { metricFilterResources } from '../../../../config/deploy/metric-filters.ts';
import { METRIC_DETAILS, METRIC_DIMENSION, METRIC_UNITS } from '../../../../shared/core/metrics.ts';
import { exampleContext, manySources } from './example-stack.ts';

const context = exampleContext();
const body = dashboardBody(context);
const chartsOf = (widgets: readonly Widget[]) =>
  widgets.flatMap((widget) => (widget.type === 'metric' ? [widget.properties] : []));
const queriesOf = (widgets: readonly Widget[]) =>
  widgets.flatMap((widget) => (widget.type === 'log' ? [widget.properties.query] : []));

/** Cells of the grid that are taken twice, or lie beside it. */
function misplaced(widgets: readonly Widget[]): string[] {
  const taken = new Set<string>();
  return widgets.flatMap(({ x, y, width, height }) => {
    const wrong: string[] = x + width > COLUMNS || width < 1 || height < 1 ? [`${x}+${width}`] : [];
    for (let column = x; column < x + width; column++) {
      for (let line = y; line < y + height; line++) {
        const cell = `${column}/${line}`;
        if (taken.has(cell)) wrong.push(cell);
        taken.add(cell);
      }
    }
    return wrong;
  });
}

describe('the dashboard', () => {
  it('is one string of JSON in which CloudFormation fills in nothing but region and account', () => {
    const { Dashboard: dashboard } = dashboardResources(context);
    const { 'Fn::Sub': json } = dashboard!.Properties!.DashboardBody as { 'Fn::Sub': string };
    expect(JSON.parse(json)).toEqual(body);
    expect(new Set(json.match(/\$\{[^}]*\}/g))).toEqual(
      new Set(['${AWS::Region}', '${AWS::Partition}', '${AWS::AccountId}'].map((each) => each)),
    );
    expect(dashboard!.Properties!.DashboardName).toBe('landfall-prod');
  });

  it('fills in nothing of a configuration that looks like it', () => {
    const target = { bucket: 'lake', prefix: '${AWS::StackId}/' };
    expect(JSON.stringify(dashboardBody(exampleContext({ target })))).toContain('lake/${!AWS::StackId}/');
  });

  it('has widgets beside each other on the grid, none over another', () => {
    expect(misplaced(body.widgets)).toEqual([]);
    const many = dashboardBody(exampleContext(manySources(22))).widgets;
    expect([many.length <= 500, misplaced(many)]).toEqual([true, []]);
    expect(misplaced([...body.widgets, { ...text('x'), x: 20, y: 0, width: 6, height: 1 }])).not.toEqual([]);
    expect(() => placed([{ height: 1, cells: Array.from({ length: 5 }, () => text('x')) }])).toThrow(RangeError);
  });

  it('shows metrics that there are, each by its own dimension', () => {
    const filtered = Object.values(metricFilterResources(context)).map(({ Properties }) => {
      const [made] = Properties!.MetricTransformations as { MetricName: string }[];
      return made!.MetricName;
    });
    const lines = chartsOf(body.widgets).flatMap(({ metrics }) => metrics);
    expect(lines.length).toBeGreaterThan(40);
    for (const [namespace, name, dimension, value, ...rest] of lines as string[][]) {
      const ofAws = AWS_METRICS[namespace as keyof typeof AWS_METRICS];
      if (ofAws !== undefined) {
        expect(ofAws.names).toContain(name);
        expect(dimension).toBe(ofAws.dimension);
      } else {
        expect(namespace).toBe('Landfall/prod');
        if (filtered.includes(name!)) continue;
        expect(Object.keys(METRIC_UNITS)).toContain(name);
        expect([dimension, [...context.config.sources.keys()].includes(value!)]).toEqual([METRIC_DIMENSION, true]);
      }
      expect(rest).toEqual([{ label: expect.any(String) }]);
    }
  });

  it('asks the logs for fields that our lines have, and for log groups of the extractors', () => {
    const ours = new Set<string>([...Object.keys(METRIC_UNITS), ...METRIC_DETAILS, METRIC_DIMENSION]);
    for (const query of queriesOf(body.widgets)) {
      const sources = [...query.matchAll(/SOURCE '([^']+)'/g)].map(([, name]) => name);
      expect(sources).toEqual(context.sources.map(({ name }) => context.namesOf(name).logGroupName));
      const steps = query.replaceAll(/SOURCE '[^']+' \| /g, '');
      const made = new Set([...steps.matchAll(/ as (\w+)/g)].map(([, name]) => name!));
      const words = new Set(['filter', 'ispresent', 'and', 'stats', 'sum', 'as', 'by', 'sort', 'desc', 'limit']);
      const fields = (steps.match(/[A-Za-z_]+/g) ?? []).filter((word) => !words.has(word) && !made.has(word));
      expect(fields.filter((field) => !ours.has(field))).toEqual([]);
      expect(fields.length).toBeGreaterThan(5);
    }
  });

  it('searches no more log groups with one query than CloudWatch does', () => {
    const queries = queriesOf(dashboardBody(exampleContext(manySources(60))).widgets);
    expect(queries.map((query) => query.match(/SOURCE/g)!.length)).toEqual([50, 50, 10, 10]);
  });

  it('shows the state of every alarm, a hundred in a widget', () => {
    const alarmsIn = (widgets: readonly Widget[]) =>
      widgets.flatMap((widget) => (widget.type === 'alarm' ? [widget.properties.alarms] : []));
    expect(alarmsIn(body.widgets).flat()).toHaveLength(stackAlarms(context).length);
    const many = exampleContext(manySources(22));
    const lists = alarmsIn(dashboardBody(many).widgets);
    expect(lists.flat()).toHaveLength(stackAlarms(many).length);
    for (const list of lists) expect(list.length).toBeLessThanOrEqual(100);
  });
});

describe('the picture of the dashboard', () => {
  it('is what the renderer makes of the example configuration; npm run dashboard:picture draws it anew', () => {
    const committed = readFileSync('docs/images/dashboard.svg', 'utf8');
    expect(dashboardPicture(body, context) === committed).toBe(true);
  });

  it('shows every widget by its title, and says that its data are made up', () => {
    const picture = readFileSync('docs/images/dashboard.svg', 'utf8');
    const titles = body.widgets.flatMap((widget) => (widget.type === 'text' ? [] : [widget.properties.title]));
    for (const title of titles) expect(picture).toContain(`>${title}<`);
    expect(picture).toContain('A drawing with sample data');
  });

  it('refuses a metric that it has no sample values for', () => {
    const widgets = body.widgets.map((widget) => {
      if (widget.type !== 'metric') return widget;
      const metrics = [['Landfall/prod', 'Unheard', 'source', 'shop', { label: 'x' }]];
      return { ...widget, properties: { ...widget.properties, metrics } };
    });
    expect(() => dashboardPicture({ ...body, widgets }, context)).toThrow('no sample values for Unheard');
  });
});
