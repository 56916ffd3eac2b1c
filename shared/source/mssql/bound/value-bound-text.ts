import type { TableQuery } from '../../source.ts';
import type { KeyParameter } from '../key/range-text.ts';
import { sourceText, whereText } from '../query-text.ts';
import { bracketed } from '../quoting.ts';
import type { Statement } from '../statement.ts';
import type { UpdateKey } from '../window/update-key.ts';
import { type Distance, dateAdded } from './distance.ts';

/** What a bound is computed of. Values are the server's own exact texts. */
export interface ValueBoundInput {
  readonly query: TableQuery;
  readonly column: UpdateKey;
  readonly lag: Distance;
  readonly lookback: Distance | undefined;
  readonly watermark: string | null;
  /** An earlier newest value, since which the lag has passed; undefined without one. */
  readonly settled: string | undefined;
  /** The lag's milliseconds; 0 where it has none. */
  readonly lagMs: number;
}

/**
 * The statement that computes the bound of values, in one row: `newest`, `upTo`, `lost` (1 when every value lies before
 * the watermark), `hasNulls`, and `after` when there is a watermark to look back from. Every comparison is the server's.
 */
export function valueBoundStatement(input: ValueBoundInput): Statement {
  const text = new ValueBoundText(input);
  return { sql: text.sql(), parameters: text.parameters };
}

class ValueBoundText {
  readonly parameters: KeyParameter[] = [];
  readonly #input: ValueBoundInput;
  readonly #name: string;
  readonly #watermark: string | undefined;
  readonly #settled: string | undefined;

  constructor(input: ValueBoundInput) {
    const { watermark, settled } = input;
    this.#input = input;
    this.#name = bracketed(input.column.name);
    this.#watermark = watermark === null ? undefined : this.#bind('watermark', watermark);
    this.#settled = settled === undefined ? undefined : this.#bind('settled', settled);
  }

  sql(): string {
    const { column, lag, lookback } = this.#input;
    const nulls = column.isNullable
      ? `CASE WHEN EXISTS (SELECT 1 FROM ${this.#rows(`${this.#name} IS NULL`)}) THEN 1 ELSE 0 END`
      : '0';
    const watermark = this.#watermark;
    const looksBack = watermark !== undefined && lookback !== undefined;
    const after = looksBack ? `, ${lookback.before(watermark)} AS [after]` : '';
    const newest = `(SELECT MAX(${this.#name}) AS [newest] FROM ${this.#rows(this.#isPast())}) AS [landfall newest]`;
    const lagged = `${lag.before('[newest]')} AS [lagged], ${this.#lost()} AS [lost]`;
    return (
      `SELECT [newest], ${this.#upTo()} AS [upTo], [lost], ${nulls} AS [hasNulls]${after}` +
      ` FROM (SELECT [newest], ${lagged} FROM ${newest}) AS [landfall bound]`
    );
  }

  #bind(name: string, value: string): string {
    const { compared } = this.#input.column;
    this.parameters.push({ name, kind: compared.parameter, value });
    return compared.value(`@${name}`);
  }

  #rows(condition: string | undefined): string {
    const { query } = this.#input;
    return `${sourceText(query)}${whereText(query, condition)}`;
  }

  /**
   * One row dated far ahead must not carry the watermark beyond all later rows. Without a zone the clock is that of the
   * zone farthest ahead.
   */
  #isPast(): string | undefined {
    const { type, kind } = this.#input.column;
    if (kind !== 'moments') return undefined;
    const clock = type.startsWith('datetimeoffset') ? 'SYSDATETIMEOFFSET()' : 'DATEADD(hour, 14, SYSUTCDATETIME())';
    return `${this.#name} <= CAST(${clock} AS ${type})`;
  }

  #lost(): string {
    const watermark = this.#watermark;
    if (watermark === undefined) return '0';
    const isThere = `WHEN [newest] >= ${watermark} THEN 0`;
    // After the server's clock was set back, what was counted before is still there.
    const isAhead = `WHEN EXISTS (SELECT 1 FROM ${this.#rows(`${this.#name} >= ${watermark}`)}) THEN 0`;
    return `CASE ${isThere} ${this.#isPast() === undefined ? '' : `${isAhead} `}ELSE 1 END`;
  }

  /** Of a watermark that is lost nothing counts that was seen at its time. */
  #upTo(): string {
    const kept = this.#settledOrLagged();
    if (this.#watermark === undefined) return kept;
    const lost = 'WHEN [lost] = 1 THEN [lagged]';
    return `CASE ${lost} WHEN ${kept} > ${this.#watermark} THEN ${kept} ELSE ${this.#watermark} END`;
  }

  #settledOrLagged(): string {
    const settled = this.#settled;
    if (settled === undefined) return '[lagged]';
    const isOpen = this.#input.column.type === 'date' ? `WHEN ${settled} >= ${this.#openDate()} THEN [lagged] ` : '';
    const least = `WHEN ${settled} < [newest] THEN ${settled} ELSE [newest]`;
    return `CASE WHEN [lagged] >= ${settled} THEN [lagged] ${isOpen}${least} END`;
  }

  /** Rows of a day go on to come until it is over in the zone farthest behind. */
  #openDate(): string {
    const farthestBehind = dateAdded('SYSUTCDATETIME()', -12 * 3_600_000 - this.#input.lagMs);
    return `CAST(${farthestBehind} AS date)`;
  }
}
