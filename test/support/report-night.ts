import type {
  AttemptRecord,
  FailureRecord,
  LandedColumn,
  ManifestPart,
  RunSummary,
  TableManifest,
  TableOutcome,
} from '../../shared/core/records.ts';
import type { RunBefore } from '../../shared/flow/report-model.ts';
import type { RunDetail, TableDetail } from '../../shared/flow/run-detail.ts';

/** A night with everything that a report has to show, as the ledger keeps it. */
export const NIGHT = { source: 'erp', runId: '20261122T030000Z' };
export const NIGHT_BEGAN_MS = Date.UTC(2026, 10, 22, 3, 0, 1);
export const NIGHT_ENDED_MS = NIGHT_BEGAN_MS + 843_000;
export const REPLAY_COMMAND = ['npx', 'landfall', 'replay'];

/** A table of which every place of the page must be a name, and nothing else. */
export const SCRIPT_NAME = '<script>alert(1)</script>';
export const AWKWARD_NAMES = [
  SCRIPT_NAME,
  `dbo."O'Brien & Sons" onmouseover="alert(2)`,
  'dbo.invoice\u202Efdp.exe',
  `dbo.${'a_table_with_a_very_long_name_'.repeat(7)}`.slice(0, 200),
];

function iso(secondsIn: number): string {
  return new Date(NIGHT_BEGAN_MS + secondsIn * 1_000).toISOString();
}

interface Landing {
  readonly table: string;
  /** Seconds since the run began. */
  readonly at: number;
  readonly seconds: number;
  readonly rows: number;
  readonly chunks?: number;
  readonly partsOfChunk?: number;
  readonly columns?: readonly LandedColumn[];
  readonly lossyValues?: Readonly<Record<string, number>>;
  readonly retries?: readonly AttemptRecord[];
  readonly window?: TableManifest['window'];
}

const ID: LandedColumn = { name: 'id', source_type: 'bigint', landed_type: 'Int64' };
const BYTES_PER_ROW = 43;
/** What tables had in other nights that failed in this one. */
const FAILED_ROWS = 71_340;

export function landed(landing: Landing): TableDetail {
  const { table, at, seconds, rows, chunks = 1, retries = [] } = landing;
  const parts = rows === 0 ? [] : partsOf(landing);
  const manifest = manifestOf(landing, parts);
  return {
    ...NIGHT,
    table,
    standing: manifest.status,
    rows,
    bytes: manifest.bytes,
    attempts: 1 + retries.length,
    startedAt: rows === 0 ? undefined : [iso(at), ...retries.map((retry) => retry.started_at)].toSorted()[0],
    endedAt: iso(at + seconds),
    chunks: { total: chunks, ended: chunks },
    failedAttempts: retries,
    manifest,
    failure: undefined,
    superseded: undefined,
  };
}

function partsOf({
  table,
  at,
  seconds,
  rows,
  chunks = 1,
  partsOfChunk = 1,
  lossyValues = {},
  retries = [],
}: Landing): ManifestPart[] {
  return Array.from({ length: chunks * partsOfChunk }, (_, index) => {
    const [chunk, sequence] = [Math.floor(index / partsOfChunk), index % partsOfChunk];
    // Chunks begin one after the other and take differently long.
    const retried = retries.find((each) => each.chunk === chunk && chunks > 1);
    const retriedFor = retried === undefined ? 0 : (Date.parse(retried.ended_at) - NIGHT_BEGAN_MS) / 1_000 - at + 12;
    const begin = chunks === 1 ? 0 : Math.max(retriedFor, (chunk * seconds * 0.32) / chunks);
    const length = (seconds - begin) * (chunk % 3 === 1 ? 0.7 : 0.95);
    const partRows = Math.floor(rows / (chunks * partsOfChunk));
    return {
      key: `raw/erp/${table}/part-${chunk}-${sequence}.parquet`,
      attempt_id: `${table}-${index}`,
      chunk,
      sequence,
      rows: index === 0 ? rows - partRows * (chunks * partsOfChunk - 1) : partRows,
      bytes: partRows * BYTES_PER_ROW,
      checksum_crc32: 'y/Q5Jg==',
      schema_hash: 'f06367ac0aefb0e5',
      first_key: null,
      last_key: null,
      ends_chunk: sequence === partsOfChunk - 1,
      consistency: 'snapshot',
      read_id: `${table}-${index}`,
      read_at: iso(at + begin),
      lossy_values: lossyValues,
      started_at: iso(at + begin + (length / partsOfChunk) * sequence),
      read_seconds: length / partsOfChunk,
    };
  });
}

function manifestOf(landing: Landing, parts: readonly ManifestPart[]): TableManifest {
  const { table, at, seconds, rows, chunks = 1, columns = [ID], lossyValues = {}, window } = landing;
  return {
    version: 1,
    status: rows === 0 ? 'empty' : 'landed',
    source: NIGHT.source,
    table,
    run_id: NIGHT.runId,
    scheduled_time: '2026-11-22T03:00:00.000Z',
    committed_at: iso(at + seconds),
    attempts: 1,
    folder: `raw/erp/${table}/`,
    format: 'parquet',
    compression: 'zstd',
    rows,
    bytes: rows * BYTES_PER_ROW,
    consistency: chunks > 1 ? 'per-part' : 'snapshot',
    schema_hash: 'f06367ac0aefb0e5',
    columns,
    primary_key: ['id'],
    ordered_by: ['id'],
    chunks,
    lossy_values: lossyValues,
    ...(window && { window }),
    cost: {
      memory_mb: 1_769,
      gb_seconds: seconds * chunks * 1.7,
      s3_requests: 20,
      usd: 0.0001 + seconds * chunks * 0.000_023,
    },
    parts,
  };
}

export function attempt(table: string, at: number, code: string, details: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    version: 1,
    source: NIGHT.source,
    run_id: NIGHT.runId,
    table,
    chunk: 0,
    sequence: 0,
    attempt: 1,
    started_at: iso(at),
    ended_at: iso(at + 21),
    error_class: 'SourceError',
    error_code: code,
    error_message: `${code} of ${table}`,
    followed_by: 'retry',
    ...details,
  };
}

export function failed(
  table: string,
  at: number,
  code: string,
  message: string,
  remedy: string,
  tries = 1,
): TableDetail {
  const attempts = Array.from({ length: tries }, (_, index) =>
    attempt(table, at + index * 95, code, {
      attempt: index + 1,
      followed_by: index === tries - 1 ? 'dead-letter' : 'retry',
    }),
  );
  const failure: FailureRecord = {
    version: 1,
    source: NIGHT.source,
    run_id: NIGHT.runId,
    table,
    failed_at: attempts.at(-1)!.ended_at,
    attempts: tries,
    error_class: 'SourceError',
    error_code: code,
    error_message: message,
    remedy,
    announced_at: iso(at + 30),
  };
  return {
    ...NIGHT,
    table,
    standing: 'failed',
    rows: 0,
    bytes: 0,
    attempts: tries,
    startedAt: attempts[0]!.started_at,
    endedAt: failure.failed_at,
    chunks: {
      total: 1,
      ended: 0,
    },
    failedAttempts: attempts,
    manifest: undefined,
    failure,
    superseded: undefined,
  };
}

export function superseded(table: string, by: string): TableDetail {
  const at = iso(4);
  return {
    ...NIGHT,
    table,
    standing: 'superseded',
    rows: 0,
    bytes: 0,
    attempts: 1,
    startedAt: undefined,
    endedAt: at,
    chunks: {
      total: 1,
      ended: 0,
    },
    failedAttempts: [],
    manifest: undefined,
    failure: undefined,
    superseded: {
      version: 1,
      source: NIGHT.source,
      run_id: NIGHT.runId,
      table,
      superseded_by: by,
      superseded_at: at,
    },
  };
}

export function runOf(tables: readonly TableDetail[], summary?: RunSummary): RunDetail {
  return {
    ...NIGHT,
    plan: {
      version: 1,
      source: NIGHT.source,
      run_id: NIGHT.runId,
      scheduled_time: '2026-11-22T03:00:00.000Z',
      planned_at: iso(0),
      tables: tables.map(({ table }) => ({
        table,
        folder: `raw/erp/${table}/`,
        format: 'parquet',
        compression: 'zstd',
        on_empty: 'skip',
      })),
    },
    summary,
    tables,
  };
}

export function summaryOf(tables: readonly TableDetail[]): RunSummary {
  const endedAt = tables
    .flatMap((table) => table.endedAt ?? [])
    .toSorted()
    .at(-1)!;
  return {
    version: 1,
    source: NIGHT.source,
    run_id: NIGHT.runId,
    ended_at: endedAt,
    seconds: (Date.parse(endedAt) - NIGHT_BEGAN_MS) / 1e3,
    tables: [],
  };
}

/** The nights before, of which each landed as many rows as this one, but for the tables named. */
export function nightsBefore(
  tables: readonly TableDetail[],
  rowsOf: Readonly<Record<string, readonly (number | null)[]>> = {},
): RunBefore[] {
  return [17, 18, 19, 20, 21].map((day, index) => {
    const runId = `202611${day}T030000Z`;
    const outcomes = tables.map((detail): TableOutcome => {
      const usual = Math.round((detail.standing === 'failed' ? FAILED_ROWS : detail.rows) * (0.95 + index * 0.012));
      const rows = rowsOf[detail.table] === undefined ? usual : rowsOf[detail.table]![index]!;
      const base = { table: detail.table, error_code: null, error_message: null, superseded_by: null };
      if (rows === null) return { ...base, status: 'failed', rows: 0, bytes: 0, error_code: 'DEADLOCK' };
      return {
        ...base,
        status: rows === 0 ? 'empty' : 'landed',
        rows,
        bytes: rows * BYTES_PER_ROW,
        seconds: 20,
        cost_usd: detail.manifest?.cost?.usd ?? 5e-4,
      };
    });
    const summary: RunSummary = {
      version: 1,
      source: NIGHT.source,
      run_id: runId,
      ended_at: `2026-11-${day}T03:13:20.000Z`,
      seconds: 620 + ((index * 37) % 90),
      tables: outcomes,
    };
    return { runId, summary };
  });
}
