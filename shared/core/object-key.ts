/** The variables that a table's `object` template may use. */
export const TEMPLATE_VARIABLES = ['source', 'schema', 'table', 'run_id', 'YYYY', 'MM', 'DD', 'HH'] as const;

export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];

/** Below the target's prefix when a table names no template of its own. */
export const DEFAULT_TEMPLATE = '{source}/{schema}/{table}/run_id={run_id}/';

export interface FolderNames {
  readonly source: string;
  readonly schema: string | undefined;
  readonly table: string;
  readonly runId: string;
  /** Epoch milliseconds; its UTC parts fill {YYYY} {MM} {DD} {HH}. */
  readonly scheduledTimeMs: number;
}

/**
 * One path segment that is safe in S3 keys, URLs and file systems: letters, digits, `_`, `-` and inner dots stay,
 * everything else is percent-encoded, so different names never become the same segment.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function safeSegment(name: string): string {
  const encoded = name.replace(/[^\p{L}\p{M}\p{N}_.-]/gu, percentEncode);
  return encoded.replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
}

function percentEncode(character: string): string {
  return Array.from(
    Buffer.from(character, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** The folder of a table's parts: the template filled in; segments that come out empty are dropped. Ends with a slash. */
export function renderFolder(template: string, names: FolderNames): string {
  const [date = '', time = ''] = new Date(names.scheduledTimeMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const values: Record<TemplateVariable, string> = {
    source: names.source,
    schema: names.schema ?? '',
    table: names.table,
    run_id: names.runId,
    YYYY: year,
    MM: month,
    DD: day,
    HH: time.slice(0, 2),
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, variable: string) =>
    Object.hasOwn(values, variable) ? safeSegment(values[variable as TemplateVariable]) : whole,
  );
  return filled
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => `${segment}/`)
    .join('');
}

export interface PartNames {
  /** The rendered folder, ending with a slash. */
  readonly folder: string;
  readonly runId: string;
  readonly chunk: number;
  readonly sequence: number;
  readonly extension: string;
}

/**
 * The key of a part: a function of table, run, chunk and sequence alone. A folder that several runs share gets
 * the run into the file's name, so that one run can never stand in the way of another.
 */
export function partKey(names: PartNames): string {
  return `${names.folder}part-${padded(names.chunk, 3)}-${padded(names.sequence, 5)}${runSuffix(names)}.${names.extension}`;
}

/** The marker beside the parts that says: every part of this run is here. */
export function successKey(names: Pick<PartNames, 'folder' | 'runId'>): string {
  return `${names.folder}_SUCCESS${runSuffix(names)}`;
}

function runSuffix(names: Pick<PartNames, 'folder' | 'runId'>): string {
  return names.folder.includes(names.runId) ? '' : `.${names.runId}`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
