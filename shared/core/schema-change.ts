import { ConsistencyError } from './errors.ts';
import type { LandedColumn } from './records.ts';

/** What distinguishes two schemas, a clause for each column; undefined when they are the same. */
export function schemaChange(planned: readonly LandedColumn[], found: readonly LandedColumn[]): string | undefined {
  const before = new Map(planned.map((column) => [column.name, column]));
  const after = new Map(found.map((column) => [column.name, column]));
  const dropped = planned.filter(({ name }) => !after.has(name)).map(({ name }) => `column "${name}" was dropped`);
  const added = found.filter(({ name }) => !before.has(name)).map(({ name }) => `column "${name}" was added`);
  const changed = found.flatMap((column) => {
    const planned = before.get(column.name);
    return planned === undefined || columnTypeText(planned) === columnTypeText(column)
      ? []
      : [`column "${column.name}" was ${columnTypeText(planned)} and is ${columnTypeText(column)}`];
  });
  const clauses = [...dropped, ...added, ...changed];
  if (clauses.length > 0) return clauses.join('; ');
  const moved = found.find(({ name }, place) => planned[place]?.name !== name);
  return moved === undefined ? undefined : `column "${moved.name}" moved to another place`;
}

/** A column's types in words: `integer (Int32)`. */
export function columnTypeText({ source_type: sourceType, landed_type: landedType }: LandedColumn): string {
  return `${sourceType} (${landedType})`;
}

/**
 * Parts of two schemas are never mixed: the table of this run is given up, and starts over in a run of its own.
 * @throws ConsistencyError that names the columns.
 */
export function assertSameSchema(
  table: string,
  planned: readonly LandedColumn[],
  found: readonly LandedColumn[],
): void {
  const change = schemaChange(planned, found);
  if (change === undefined) return;
  throw new ConsistencyError('SCHEMA_CHANGED', `The schema of ${table} changed while it was landing: ${change}.`, {
    retry: 'start-over',
    remedy: 'Nothing to do when the change was meant: the parts of this run are not used.',
  });
}
