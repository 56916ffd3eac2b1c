import type { ReportedStanding, RunReport } from '../model.ts';
import { count, counted } from './figures.ts';

/** How many tables stand how. */
export interface Tally {
  readonly total: number;
  readonly landed: number;
  readonly empty: number;
  readonly failed: number;
  readonly superseded: number;
  /** Not ended. */
  readonly open: number;
}

export function tallyOf({ tables }: Pick<RunReport, 'tables'>): Tally {
  const of = (standing: ReportedStanding) => tables.filter((table) => table.standing === standing).length;
  const ended = { landed: of('landed'), empty: of('empty'), failed: of('failed'), superseded: of('superseded') };
  const open = tables.length - ended.landed - ended.empty - ended.failed - ended.superseded;
  return { total: tables.length, ...ended, open };
}

/** The outcome of the run in one sentence; an empty table has landed as much as a full one. */
export function headline(tally: Tally, causes: number): string {
  const { total, failed, superseded, open } = tally;
  if (total === 0) return 'The run had no tables to land';
  const landed = tally.landed + tally.empty;
  if (landed === total) return total === 1 ? 'The one table landed' : `All ${count(total)} tables landed`;
  const rest = [
    failed > 0 && `${count(failed)} failed for ${causes === 1 ? '1 cause' : `${count(causes)} causes`}`,
    superseded > 0 && `${count(superseded)} gave way to another run`,
    open > 0 && `${count(open)} not ended yet`,
  ].filter((clause) => clause !== false);
  const some = landed === 0 ? 'None' : count(landed);
  return `${some} of ${counted(total, 'table')} landed; ${rest.join(', ')}`;
}

/** What the colour and the mark of the headline say. */
export function outcomeOf({ failed, open, superseded }: Tally): 'good' | 'bad' | 'open' | 'mixed' {
  if (failed > 0) return 'bad';
  if (open > 0) return 'open';
  return superseded > 0 ? 'mixed' : 'good';
}
