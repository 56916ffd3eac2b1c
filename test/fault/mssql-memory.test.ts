import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duckRow } from '../support/duckdb.ts';
import { documentOf, type RunDocument, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { watchedEnd } from '../support/peak-memory.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const TABLES = ['dbo.a', 'dbo.b', 'dbo.c', 'dbo.d'];
const ROWS = 50_000;
const FEW_ROWS = 10_000;
/** A row is half a kilobyte on the wire: kept in memory, all of them would be 100 MB. */
const PADDING = 'x'.repeat(460);
const MAX_GROWTH_MB = 90;
const MAX_RSS_MB = 450;

let server: TestSqlServer;
let place: Workplace;

beforeAll(async () => {
  server = await startTestSqlServer();
  server.setRowsPerPiece(200);
  const columns = [
    { name: 'id', type: { kind: 'int' as const } },
    { name: 'price', type: { kind: 'decimal' as const, precision: 28, scale: 10 } },
    { name: 'name', type: { kind: 'varchar' as const, length: 600 } },
  ];
  for (const table of TABLES) {
    server.createTable({ name: table.slice('dbo.'.length), columns, primaryKey: ['id'], rows: rows() });
  }
  place = new Workplace();
}, 300_000);
afterAll(async () => {
  await server?.close();
  place?.remove();
});

function* rows(): Generator<string[]> {
  for (let id = 1; id <= ROWS; id++) yield [`${id}`, `${id}.0123456789`, `row ${id} ${PADDING}`];
}

async function runWatched(rowCount: number): Promise<{ report: RunDocument; peakMb: number }> {
  const tables = TABLES.map((table) => [table, { where: `id <= ${rowCount}` }]);
  place.writeConfig(Object.fromEntries(tables), place.mssql(server));
  const { result, peakMb, seconds } = await watchedEnd(startLandfall(place.runWords('--json')));
  process.stderr.write(
    `${TABLES.length} x ${rowCount} rows: peak RSS ${peakMb.toFixed(0)} MB in ${seconds.toFixed(1)} s\n`,
  );
  return { report: documentOf(result), peakMb };
}

/** Only Linux tells the peak of another process. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the whole local process on SQL Server', () => {
  onLinux(
    'lands four tables at once in memory that does not grow with their rows',
    async () => {
      const few = await runWatched(FEW_ROWS);
      const { report, peakMb } = await runWatched(ROWS);
      const sum = await duckRow(
        `select sum(i + 0.0123456789::decimal(28,10))::varchar as sum from range(1, ${ROWS + 1}) t(i)`,
      );
      for (const { table, status, rows: count, parts } of report.tables) {
        expect([table, status, count]).toEqual([table, 'landed', ROWS]);
        const part = `'${place.pathOf(parts[0]!)}'`;
        expect(await duckRow(`select sum(price)::varchar as sum from ${part}`)).toEqual(sum);
      }
      expect(peakMb).toBeLessThan(MAX_RSS_MB);
      expect(peakMb - few.peakMb).toBeLessThan(MAX_GROWTH_MB);
      expect(server.sessions.filter(({ open }) => open)).toEqual([]);
    },
    300_000,
  );
});
