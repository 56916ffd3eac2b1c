/** The rows of one landed file as texts, null for NULL, with the names of the columns. */
export interface LandedRows {
  /** Undefined for a file that says nothing of them. */
  readonly columns: readonly string[] | undefined;
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Reads the two formats that the simulation lands in; none of its values needs quotes. */
export function landedRows(body: Buffer, format: string): LandedRows {
  const lines = body.toString('utf8').split(/\r?\n/).slice(0, -1);
  return format === 'csv' ? ofCsv(lines) : ofJsonLines(lines);
}

function ofCsv([header, ...lines]: readonly string[]): LandedRows {
  const rows = lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : cell)));
  return { columns: header?.split(','), rows };
}

function ofJsonLines(lines: readonly string[]): LandedRows {
  const objects = lines.map((line) => JSON.parse(line) as Record<string, string | number | null>);
  const rows = objects.map((object) => Object.values(object).map((value) => (value === null ? null : String(value))));
  return { columns: objects[0] === undefined ? undefined : Object.keys(objects[0]), rows };
}
