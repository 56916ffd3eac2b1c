import { barChart } from '../chart/bar-chart.ts';
import { figuresOf, type TableResult } from './results.ts';

export const COLOURS = { landfall: '#0b6e4f', peer: '#c8553d', floor: '#9fb3c8' } as const;

/** CPU of every subject of a table, per million rows. */
export function tableChart({ dialect, table, title, rows, subjects }: TableResult): string {
  const database = dialect === 'mssql' ? 'SQL Server' : 'PostgreSQL';
  return barChart({
    title: `${database}, ${table}: ${title}`,
    axis: `CPU seconds per 1,000,000 rows, median and range; ${rows.toLocaleString('en')} rows landed. Less is better.`,
    bars: subjects.map((subject) => {
      const { cpuPerMillion, cpuRange } = figuresOf(subject);
      return { name: subject.title, value: cpuPerMillion, range: cpuRange, colour: COLOURS[subject.group] };
    }),
  });
}
