import type { KeyColumn } from '../key/key-columns.ts';
import { bracketed } from '../quoting.ts';
import type { ReadPlan } from '../read-plan.ts';
import { type WantedRows, wantedRows } from '../rows-statement.ts';
import type { Statement } from '../statement.ts';

/** The statements of a survey: each is one that a user who may only SELECT can run. */
export class SurveyText {
  readonly #key: readonly KeyColumn[];
  readonly #wanted: WantedRows;

  constructor(plan: ReadPlan) {
    this.#key = plan.key;
    this.#wanted = wantedRows(plan);
  }

  count(): Statement {
    return this.#statement(`SELECT COUNT_BIG(*) AS [rows] FROM ${this.#rows()}`);
  }

  /** The least and the greatest value of the key's first column; both NULL when there is no row. */
  extremes(): Statement {
    const column = bracketed(this.#key[0]!.name);
    return this.#statement(`SELECT MIN(${column}) AS [least], MAX(${column}) AS [greatest] FROM ${this.#rows()}`);
  }

  /** Every `step`th key, in the key's order. */
  everyKey(step: number): Statement {
    return this.#keys(step, '');
  }

  /** Every `step`th key of whole pages that have about `sampledRows` rows together. Of tables alone. */
  sampledKeys(step: number, sampledRows: number): Statement {
    return this.#keys(step, ` TABLESAMPLE SYSTEM (${sampledRows} ROWS)`);
  }

  #keys(step: number, sample: string): Statement {
    const columns = this.#key.map(({ name }) => bracketed(name)).join(', ');
    const numbered = `SELECT ${columns}, ROW_NUMBER() OVER (ORDER BY ${columns}) AS [landfall row]`;
    return this.#statement(
      `SELECT ${columns} FROM (${numbered} FROM ${this.#rows(sample)}) AS [landfall keys]` +
        ` WHERE [landfall row] % ${step} = 0 ORDER BY ${columns}`,
    );
  }

  #rows(sample = ''): string {
    const { from, where } = this.#wanted;
    return `${from}${sample}${where}`;
  }

  #statement(sql: string): Statement {
    return { sql, parameters: this.#wanted.parameters };
  }
}
