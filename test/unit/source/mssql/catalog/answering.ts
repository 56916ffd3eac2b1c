import type { CatalogQuery } from '../../../../../shared/source/mssql/catalog.ts';

export interface Asked {
  readonly sql: string;
  readonly bind: Record<string, unknown>;
}

/** Gives one answer per query, in turn; an Error is thrown. */
export function answering(...answers: (object[] | Error)[]): { query: CatalogQuery; asked: Asked[] } {
  const asked: Asked[] = [];
  const query: CatalogQuery = async <Row extends object>(sql: string, bind: Record<string, unknown>) => {
    const answer = answers[asked.push({ sql, bind }) - 1] ?? [];
    if (answer instanceof Error) throw answer;
    return answer as Row[];
  };
  return { query, asked };
}
