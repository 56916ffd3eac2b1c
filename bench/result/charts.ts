import { barChart } from '../chart/bar-chart.ts';
import { tableNamed, unitRowsOf } from '../land/tables.ts';
import { databaseName, rowsText } from './names.ts';
import { figuresOf, type TableResult } from './results.ts';

export const COLOURS = { landfall: '#0b6e4f', peer: '#c8553d', floor: '#9fb3c8' } as const;

/** CPU of every subject of a table, for as many rows as its costs are told for. */
export function tableChart({ dialect, table, title, rows, subjects }: TableResult): string {
  const unitRows = unitRowsOf(tableNamed(table));
  return barChart({
    title: `${databaseName(dialect)}, ${table}: ${title}`,
    axis: `CPU seconds for ${rowsText(unitRows)} rows, median and range; ${rowsText(rows)} rows landed. Less is better.`,
    bars: subjects.map((subject) => {
      const { cpuSeconds, cpuRange } = figuresOf(subject, unitRows);
      return { name: subject.title, value: cpuSeconds, range: cpuRange, colour: COLOURS[subject.group] };
    }),
  });
}
